using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>The loss of a call on a GPU, which may still run: it is read when it is asked for, by <c>await</c> or by
/// <see cref="Value"/>.</summary>
/// <remarks>A mistake that only the GPU can see, such as a label out of range, is thrown where the loss is read: that
/// row's loss is NaN and its gradient 0, the others are as they should be.</remarks>
public sealed class DeviceLoss : IDisposable
{
    private readonly object _gate = new();
    private readonly CudaStream _stream;
    private readonly LabelBlame? _blame;
    private CudaSlot? _slot;
    private double _loss = double.NaN;
    private long _correct = -1;
    private long _badIndex = -1;
    private bool _isForgotten;

    internal DeviceLoss(CudaStream stream, CudaSlot slot, LabelBlame? blame) =>
        (_stream, _slot, _blame) = (stream, slot, blame);

    /// <summary>Gives back what the GPU wrote the loss to.</summary>
    ~DeviceLoss() => Dispose();

    /// <summary>Whether the GPU is done with the call: reading does not wait any more.</summary>
    /// <exception cref="FusedLossException">Something went wrong on the GPU.</exception>
    public bool IsCompleted
    {
        get
        {
            lock (_gate) return _slot is null || _slot.Passed.IsPassed;
        }
    }

    /// <summary>The reduced loss, once the GPU has it; NaN with <see cref="Reduction.None"/> and without
    /// <see cref="LossOptions.ComputeLoss"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A label was out of range.</exception>
    /// <exception cref="FusedLossException">Something went wrong on the GPU.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed before it was read.</exception>
    public double Value
    {
        get
        {
            Read();
            return _loss;
        }
    }

    /// <summary>How many rows have their own label for prediction, once the GPU has counted them; -1 where that was not
    /// asked for.</summary>
    /// <inheritdoc cref="Value" path="/exception"/>
    public long Correct
    {
        get
        {
            Read();
            return _correct;
        }
    }

    /// <summary>Waits for the loss without holding up the thread.</summary>
    /// <returns>What awaits <see cref="Value"/>.</returns>
    public TaskAwaiter<double> GetAwaiter() => AsTask().GetAwaiter();

    /// <summary>The loss as a task.</summary>
    /// <returns>A task whose result is <see cref="Value"/>.</returns>
    public Task<double> AsTask()
    {
        if (!IsCompleted) return Task.Run(() => Value);
        try
        {
            return Task.FromResult(Value);
        }
        catch (Exception mistake)
        {
            return Task.FromException<double>(mistake);
        }
    }

    /// <summary>Forgets the loss if it has not been read. Nobody has to: reading does the same.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        lock (_gate)
        {
            if (_slot is null) return;
            _stream.Abandon(_slot);
            (_slot, _isForgotten) = (null, true);
        }
    }

    private void Read()
    {
        lock (_gate)
        {
            if (_slot is not null)
            {
                _slot.Passed.Wait();
                (_loss, _correct, _badIndex) = (_slot.Loss, _slot.Correct, _slot.BadIndex);
                _stream.Abandon(_slot);
                _slot = null;
                GC.SuppressFinalize(this);
            }
        }

        ObjectDisposedException.ThrowIf(_isForgotten, this);
        if (_badIndex >= 0) _blame?.Throw(_badIndex);
    }
}

/// <summary>Says what is wrong with a label that a GPU found.</summary>
/// <param name="Argument">What the labels are called.</param>
/// <param name="Message">The message for the label at an index.</param>
internal sealed record LabelBlame(string Argument, Func<long, string> Message)
{
    public void Throw(long index) => Status.ThrowLabelRange(Message(index), Argument);
}
