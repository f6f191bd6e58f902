using System.Threading.Channels;

namespace CdpPipeline.Client;

/// <summary>
/// A line to the server for a program that runs for long: one for the whole program, safe for concurrent use. A call returns its messageId as
/// soon as the event waits to be sent, and itself waits while the queue is full. What gathers while a request is under way goes with the next
/// one, in the order of the calls. A request is repeated until the server has stored it, under the same messageIds, so each event counts once;
/// what can never be stored is told to <see cref="CdpClientOptions.OnLost"/>. Events that wait are in memory only: dispose the client to flush.
/// </summary>
public sealed class CdpClient : IAsyncDisposable
{
    private readonly CdpClientOptions options;
    private readonly Channel<QueuedCall> queue;
    private readonly BatchSender sender;
    private readonly CancellationTokenSource abandon = new();
    private readonly Task loop;
    private int isDisposed;

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence for options that make no sense.</summary>
    public CdpClient(CdpClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        this.options = options;
        queue = Channel.CreateBounded<QueuedCall>(new BoundedChannelOptions(options.QueueEventsMax) { SingleReader = true });
        sender = new BatchSender(options);
        loop = Task.Run(() => new SendLoop(queue.Reader, sender, options).RunAsync(abandon.Token));
    }

    /// <summary>Somebody did something.</summary>
    public ValueTask<string> TrackAsync(Person person, string @event, object? properties = null, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(@event);
        return EnqueueAsync("track", person, [("event", @event), ("properties", properties)], call, cancellationToken);
    }

    /// <summary>Says who somebody is and what is known of her. A trait that is null is removed.</summary>
    public ValueTask<string> IdentifyAsync(Person person, object? traits = null, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        EnqueueAsync("identify", person, [("traits", traits)], call, cancellationToken);

    /// <summary>Somebody saw a page.</summary>
    public ValueTask<string> PageAsync(Person person, string? name = null, object? properties = null, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        EnqueueAsync("page", person, [("name", name), ("properties", properties)], call, cancellationToken);

    /// <summary>Somebody saw a screen of an app.</summary>
    public ValueTask<string> ScreenAsync(Person person, string? name = null, object? properties = null, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        EnqueueAsync("screen", person, [("name", name), ("properties", properties)], call, cancellationToken);

    /// <summary>Somebody belongs to a group, such as a company.</summary>
    public ValueTask<string> GroupAsync(Person person, string groupId, object? traits = null, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(groupId);
        return EnqueueAsync("group", person, [("groupId", groupId), ("traits", traits)], call, cancellationToken);
    }

    /// <summary>Two ids are one person, from now on known as <paramref name="userId"/>.</summary>
    public ValueTask<string> AliasAsync(string userId, string previousId, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(previousId);
        return EnqueueAsync("alias", Person.User(userId), [("previousId", previousId)], call, cancellationToken);
    }

    /// <summary>Done when every event of the calls that have returned is stored, or was told to be lost.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var marker = QueuedCall.Marker();
        await WriteAsync(marker, cancellationToken);
        await marker.Settled!.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes no more calls, and delivers what waits for as long as <see cref="CdpClientOptions.FlushWithin"/>; the rest is told to be lost.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 1)
        {
            await loop;
            return;
        }

        queue.Writer.TryComplete();
        var late = Task.Delay(options.FlushWithin, options.Time, abandon.Token);
        if (await Task.WhenAny(loop, late) == late) await abandon.CancelAsync();
        await loop;
        await abandon.CancelAsync();
        sender.Dispose();
        abandon.Dispose();
    }

    private async ValueTask<string> EnqueueAsync(
        string type, Person person, IEnumerable<(string Name, object? Value)> fields, CallOptions? call, CancellationToken cancellationToken)
    {
        var queued = CallJson.Of(options, type, person, fields, call);
        await WriteAsync(queued, cancellationToken);
        return queued.MessageId;
    }

    private async ValueTask WriteAsync(QueuedCall call, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(call, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(CdpClient));
        }
    }
}
