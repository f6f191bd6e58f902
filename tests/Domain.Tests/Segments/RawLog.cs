namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>All that was sent, the same again and again, and who was erased. What is left of it is found by reading it from the beginning.</summary>
internal sealed class RawLog
{
    private readonly List<Line> lines = [];

    /// <param name="messageId">The event's own.</param>
    /// <param name="to">The component that it names.</param>
    /// <param name="together">All components of her who is sent it.</param>
    public void Send(string messageId, long to, IReadOnlyList<long> together) => lines.Add(new Line(messageId, to, together, IsSuppressing: false));

    public void Erase(IReadOnlyList<long> components, bool suppresses) => lines.Add(new Line(null, 0, components, suppresses));

    /// <summary>The messageIds of the events of some components that were not erased, each as often as it counts.</summary>
    public IEnumerable<string> Left(IReadOnlyList<long> components)
    {
        List<(string MessageId, long Component)> left = [];
        HashSet<long> suppressed = [];
        foreach (var line in lines)
        {
            if (line.MessageId is not { } messageId)
            {
                left.RemoveAll(each => line.Components.Contains(each.Component));
                if (line.IsSuppressing) suppressed.UnionWith(line.Components);
            }
            else if (!suppressed.Contains(line.To) && !left.Exists(each => each.MessageId == messageId && line.Components.Contains(each.Component)))
            {
                left.Add((messageId, line.To));
            }
        }

        return left.Where(each => components.Contains(each.Component)).Select(each => each.MessageId);
    }

    /// <summary>An event, or with no messageId an erasure.</summary>
    private sealed record Line(string? MessageId, long To, IReadOnlyList<long> Components, bool IsSuppressing);
}
