using System.Collections.Frozen;

namespace CdpPipeline.Api.Auth;

/// <summary>Where events come from: a site, an app or a server, with write keys of its own. Immutable.</summary>
public sealed record Source(string Id, string Name)
{
    /// <summary>Why an event is rejected whose name the source may not send.</summary>
    internal const string NotTaken = "is not one of the names that this source may send";

    /// <summary>Most names before the one that it has.</summary>
    public const int FormerNamesMax = 20;

    /// <summary>Web origins that may call with this source's keys, e.g. <c>https://shop.example</c>. Empty: all.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The names that events of this source may have, compared exactly. Empty: all.</summary>
    public IReadOnlySet<string> AllowedEvents { get; init; } = FrozenSet<string>.Empty;

    /// <summary>How many events it may send; null: as many as there is room for.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>For how many days after their arrival track, page and screen events are kept; null: for ever.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>The names that it had before, each once, without the one that it has; their events are kept as long as its own. At most <see cref="FormerNamesMax"/>.</summary>
    public IReadOnlyList<FormerName> FormerNames { get; init; } = [];

    /// <summary>The same after a change of what a request may change. A name that is given up is remembered; one that is taken back is so no more.</summary>
    public Source ChangedTo(Source changed, DateTimeOffset now)
    {
        if (changed.Name == Name) return changed with { Id = Id, FormerNames = FormerNames };
        var before = FormerNames.Where(former => former.Name != Name && former.Name != changed.Name);
        return changed with { Id = Id, FormerNames = [.. before, new FormerName(Name, now)] };
    }

    /// <summary>False for an event's name that the source does not list. Names that no client chooses are not asked for.</summary>
    public bool Takes(string name) => AllowedEvents.Count == 0 || AllowedEvents.Contains(name);

    /// <summary>False for an <c>Origin</c> that the source does not list. Calls without an Origin come from servers and are allowed.</summary>
    public bool Allows(string? origin) =>
        AllowedOrigins.Count == 0 || string.IsNullOrEmpty(origin) || AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
}
