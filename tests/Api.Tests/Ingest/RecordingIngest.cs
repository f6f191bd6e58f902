using System.Collections.Concurrent;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Tests.Ingest;

/// <summary>Stands where the grains are: keeps what it is handed, knows messageIds, refuses or fails when told to.</summary>
internal sealed class RecordingIngest : IIngest
{
    public static readonly IdentityId Person = new(Guid.Parse("01890000-0000-7000-8000-000000000001"));

    private readonly Dictionary<(string Person, string MessageId), EventId> known = [];

    public ConcurrentQueue<Event> Events { get; } = [];

    /// <summary>Thrown instead of an answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Events of this name are refused for too many traits.</summary>
    public string? RefusedName { get; set; }

    public Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        if (Failure is not null) throw Failure;
        lock (known)
        {
            return Task.FromResult<IReadOnlyList<IngestOutcome>>([.. events.Select(Take)]);
        }
    }

    private IngestOutcome Take(Event @event)
    {
        if (@event.Name is not null && @event.Name == RefusedName) return new IngestOutcome(IngestStatus.Refused, default, default, Refusal.TooManyTraits);
        var id = new EventId(1, Events.Count + 1);
        if (@event.MessageId is not null && !known.TryAdd((@event.Identifiers[0].ToString(), @event.MessageId), id))
            return new IngestOutcome(IngestStatus.Duplicate, Person, known[(@event.Identifiers[0].ToString(), @event.MessageId)], Refusal.None);
        Events.Enqueue(@event);
        return new IngestOutcome(IngestStatus.Stored, Person, id, Refusal.None);
    }
}
