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
            string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full) ?? full;
            if (Directory.Exists(full)) throw Unwritable(name, $"{path} is a folder.");
            if (!Directory.Exists(folder)) throw Unwritable(name, $"there is no folder {folder}.");
            if (_staged.Exists(other => other.Path == full)) throw Unwritable(name, $"{path} is taken by another.");
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

    private static UsageException Unwritable(string name, string why) => new($"{name} cannot be written: {why}");
}
