namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Who did what to how the platform is set up, and to people by hand. An entry is durable before its act begins and is closed once after it; nothing else
/// ever changes one, until it is too old. It holds no key, no trait and nobody's identifier.
/// </summary>
public interface IAuditLog
{
    /// <summary>Adds an entry.</summary>
    Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Closes an entry that is open; one that is closed stays as it is.</summary>
    Task EndAsync(Guid id, int status, string? target, CancellationToken cancellationToken);

    /// <summary>Entries by their ids, newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Removes up to so many entries from before the instant; the number removed.</summary>
    Task<int> PruneAsync(DateTimeOffset olderThan, int rowsMax, CancellationToken cancellationToken);
}

/// <summary>Whose key an act was done with, and in which session, if it was in one.</summary>
public sealed record AuditActor(string KeyId, string Name, string? Session);

/// <summary>One act.</summary>
/// <param name="Id">A UUID of version 7: ids ascend with time, to the millisecond.</param>
/// <param name="At">When it began.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Action">What, such as <c>source.create</c>.</param>
public sealed record AuditEntry(Guid Id, DateTimeOffset At, AuditActor Actor, string Action)
{
    /// <summary>The id of what it was done to; null where nothing was found, or before it is closed.</summary>
    public string? Target { get; init; }

    /// <summary>The HTTP status that it was answered with; null while it goes on, and for good where its process ended in the middle.</summary>
    public int? Status { get; init; }
}

/// <summary>So many entries below an id (null: from the newest), perhaps of one actor's key or of one action only.</summary>
public readonly record struct AuditQuery(int Limit, Guid? Before = null, string? KeyId = null, string? Action = null);
