using System.Collections.Concurrent;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>What the clients know together: every call ever sent, those that were acknowledged, and answers that nobody should get.</summary>
internal sealed class CallLedger
{
    private readonly ConcurrentDictionary<string, Call> sent = new();
    private readonly ConcurrentDictionary<string, bool> acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> users = new();
    private readonly ConcurrentQueue<string> wrongAnswers = new();
    private volatile Call? latest;
    private int refusals;
    private int unanswered;

    public ICollection<Call> Sent => sent.Values;

    public IReadOnlyCollection<string> WrongAnswers => wrongAnswers;

    /// <summary>A call acknowledged just now.</summary>
    public Call? Latest => latest;

    public int AcknowledgedCount => acknowledged.Count;

    /// <summary>How many requests were answered 503.</summary>
    public int Refusals => refusals;

    /// <summary>How many requests got no answer at all.</summary>
    public int Unanswered => unanswered;

    public bool IsKnownUser(string userId) => users.ContainsKey(userId);

    public void Send(IEnumerable<Call> calls)
    {
        foreach (var call in calls) sent[call.MessageId] = call;
    }

    public void Acknowledge(IEnumerable<Call> calls)
    {
        foreach (var call in calls)
        {
            acknowledged[call.MessageId] = true;
            if (call.UserId is { } user) users[user] = true;
            latest = call;
        }
    }

    public void Refuse() => Interlocked.Increment(ref refusals);

    public void LeaveUnanswered() => Interlocked.Increment(ref unanswered);

    /// <summary>Notes an answer that nobody should get.</summary>
    public void Complain(string answer)
    {
        if (wrongAnswers.Count < 20) wrongAnswers.Enqueue(answer);
    }
}
