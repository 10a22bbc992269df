extern alias tool;

using System.Text.Json;
using tool::FusedLoss.Cli;
using tool::FusedLoss.Cli.Npy;

namespace FusedLoss.Tests.Tool;

/// <summary>The tool in a folder of its own: arrays in, the command, what it printed and wrote.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly StringWriter _output = new(), _error = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("fusedloss-").FullName;

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public IEnumerable<string> Files => Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path));

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes NAME.npy and returns the argument NAME=FILE.</summary>
    public string Array(string name, float[] data, params long[] shape) => Write(name, NpyType.Float32, data, shape);

    public string Array(string name, double[] data, params long[] shape) => Write(name, NpyType.Float64, data, shape);

    public string Array(string name, long[] data, params long[] shape) => Write(name, NpyType.Int64, data, shape);

    public string Array(string name, Half[] data, params long[] shape) => Write(name, NpyType.Float16, data, shape);

    public string Array(string name, ushort[] data, params long[] shape) => Write(name, NpyType.UInt16, data, shape);

    public int Run(params string[] args) => Program.Run(args, _output, _error);

    public JsonElement Json() =>
        JsonDocument.Parse(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;

    public float[] Floats(string file) => (float[])NpyReader.Read(file, PathOf(file)).Data;

    public double[] Doubles(string file) => (double[])NpyReader.Read(file, PathOf(file)).Data;

    public Half[] Halves(string file) => (Half[])NpyReader.Read(file, PathOf(file)).Data;

    public ushort[] Bits(string file) => (ushort[])NpyReader.Read(file, PathOf(file)).Data;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Write(string name, NpyType type, Array data, long[] shape)
    {
        using var stream = File.Create(PathOf(name + ".npy"));
        NpyWriter.Write(stream, new(type, shape.Length == 0 ? [data.Length] : shape, data));
        return $"{name}={stream.Name}";
    }
}
