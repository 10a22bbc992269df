namespace FusedLoss.Cli.Npy;

/// <summary>
/// Output files that appear whole or not at all: each is written beside its destination under a temporary name, and
/// <see cref="Commit"/> renames them once all are written.
/// </summary>
internal sealed class OutputFiles : IDisposable
{
    private readonly List<(string Name, string Temporary, string Path)> _staged = [];

    public void Stage(string name, string path, NpyArray array)
    {
        try
        {
            string full = Destination(path), folder = Path.GetDirectoryName(full) ?? full;
            if (Directory.Exists(full)) throw Unwritable(name, $"{path} is a folder.");
            if (!Directory.Exists(folder)) throw Unwritable(name, $"there is no folder {folder}.");
            if (_staged.Exists(other => other.Path == full)) throw Unwritable(name, $"{path} is taken by another.");
            CheckReplaceable(name, full);
            string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
            _staged.Add((name, temporary, full));
            using FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write);
            NpyWriter.Write(stream, array);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unwritable(name, e.Message);
        }
    }

    public void Commit()
    {
        foreach ((string name, string temporary, string path) in _staged)
        {
            try
            {
                File.Move(temporary, path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(name, e.Message);
            }
        }
        _staged.Clear();
    }

    public void Dispose()
    {
        foreach ((_, string temporary, _) in _staged)
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    /// <summary>Links stay links: what they point to is replaced.</summary>
    private static string Destination(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>
    /// A rename would replace even a device such as /dev/null, or a file that is meant to be read only. Setting the
    /// length that it has fails on everything but a file that may be written.
    /// </summary>
    private static void CheckReplaceable(string name, string path)
    {
        if (!File.Exists(path)) return;
        try
        {
            using FileStream existing = new(path, FileMode.Open, FileAccess.Write);
            existing.SetLength(existing.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unwritable(name, $"{path} exists and is no file that may be replaced.");
        }
    }

    private static UsageException Unwritable(string name, string why) => new($"{name} cannot be written: {why}");
}
