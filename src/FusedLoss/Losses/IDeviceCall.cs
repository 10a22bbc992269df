namespace FusedLoss;

/// <summary>What every call on a GPU promises; the documentation that they share.</summary>
internal interface IDeviceCall<T>
    where T : unmanaged
{
    /// <summary>Launches a loss on a stream and returns at once.</summary>
    /// <param name="args">The buffers, all in the memory of the GPU: from <see cref="DeviceBuffer{T}"/> or
    /// <see cref="DeviceSpan{T}"/>. They have to live until the stream has passed the call.</param>
    /// <param name="input">What the model predicts.</param>
    /// <param name="logits">Unnormalised scores, [N, C], N being the number of labels.</param>
    /// <param name="target">What it should have predicted; as long as the input.</param>
    /// <param name="labels">The class of each row, [N]; a <see cref="DeviceBuffer{T}"/> of <see cref="int"/> or
    /// <see cref="long"/>.</param>
    /// <param name="gradient">Out: the gradient with respect to the first buffer; may be that very buffer;
    /// <see langword="null"/> when it is not wanted.</param>
    /// <param name="options">As on the CPU; <see langword="null"/> is the defaults.</param>
    /// <param name="stream">Where to run; <see langword="null"/>, if that is allowed, is the first buffer's
    /// context's.</param>
    /// <returns>The loss, to be read when it is wanted: a label out of range is thrown there.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, a buffer is memory of the host, or
    /// outputs overlap other buffers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <exception cref="ObjectDisposedException">A buffer or the stream has been disposed.</exception>
    /// <exception cref="OutOfMemoryException">The stream needs more scratch memory than the GPU has.</exception>
    /// <exception cref="FusedLossException">The launch failed.</exception>
    DeviceLoss Launch(
        object args, DeviceBuffer<T> input, DeviceBuffer<T> logits, DeviceBuffer<T> target, object labels,
        DeviceBuffer<T> gradient, LossOptions options, CudaStream stream);
}
