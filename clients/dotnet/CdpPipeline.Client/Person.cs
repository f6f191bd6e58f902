namespace CdpPipeline.Client;

/// <summary>Whom an event is about: a userId, an anonymousId, or both, which says that they are one person. At least one is needed.</summary>
public readonly record struct Person
{
    private Person(string? userId, string? anonymousId) => (UserId, AnonymousId) = (userId, anonymousId);

    public string? UserId { get; }

    public string? AnonymousId { get; }

    /// <summary>Somebody known by the id that your own system gives her.</summary>
    public static Person User(string userId) => new(Needed(userId, nameof(userId)), null);

    /// <summary>Somebody without a name so far.</summary>
    public static Person Visitor(string anonymousId) => new(null, Needed(anonymousId, nameof(anonymousId)));

    /// <summary>The visitor is this user.</summary>
    public static Person User(string userId, string anonymousId) => new(Needed(userId, nameof(userId)), Needed(anonymousId, nameof(anonymousId)));

    private static string Needed(string id, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id, name);
        return id;
    }
}
