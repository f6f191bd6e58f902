namespace CdpPipeline.Client;

/// <summary>An event as it will be sent; or, without one, the wish to be told when everything before it has been settled.</summary>
internal sealed record QueuedCall(string MessageId, ReadOnlyMemory<byte> Json)
{
    public TaskCompletionSource? Settled { get; private init; }

    public static QueuedCall Marker() => new("", default) { Settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
}
