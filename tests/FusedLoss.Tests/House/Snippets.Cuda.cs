using FusedLoss.Tests.Cuda;

namespace FusedLoss.Tests.House;

/// <summary>What is shown of calls on GPUs.</summary>
[Collection(Gpu.Collection)]
public class SnippetsOfCuda
{
    public static bool IsMissing => Gpu.IsMissing;

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public async Task OnBuffersOfAGpu()
    {
        float[] scores = [2.0f, 0.5f, -1.0f, 0.1f, 0.2f, 0.3f];
        int[] classes = [0, 2];

        using CudaContext gpu = LossContext.Cuda();
        using DeviceBuffer<float> logits = gpu.Upload(scores);
        using DeviceBuffer<int> labels = gpu.Upload(classes);

        using DeviceLoss result = Loss.CrossEntropy(logits, labels, logits); // gradient in place; returns at once
        double loss = await result;                                          // 0.6216
        float[] gradient = logits.ToArray();
        Assert.Equal("0.6216", loss.ToString("F4", null));
        Assert.Equal(Loss.CrossEntropy(scores, classes, scores, context: gpu), loss);
        Assert.Equal(scores, gradient);
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void OnMemoryOfOthers()
    {
        using var mine = Gpu.Context.Upload(new float[4096 * 10]);
        using var theirs = Gpu.Context.Upload(new int[4096]);
        (nint devicePointer, nint labelPointer, nint cudaStream) =
            (mine.Span.Address, theirs.Span.Address, Gpu.Context.Stream.Handle);

        var logits = new DeviceSpan<float>(devicePointer, length: 4096 * 10);
        var labels = new DeviceSpan<int>(labelPointer, length: 4096);
        using var stream = new CudaStream(cudaStream);
        var args = new ClassArgs<float> { Logits = logits, Labels = labels, Gradient = logits };
        using DeviceLoss result = Loss.CrossEntropy(args, options: null, stream);
        Assert.Equal("2.3026", result.Value.ToString("F4", null));
    }
}
