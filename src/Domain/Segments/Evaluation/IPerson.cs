using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// A person as conditions read her: the combination of all her components. Must not change while it is evaluated, and every element it
/// hands out must stay valid as long.
/// </summary>
public interface IPerson
{
    /// <summary>Of all components together, and in step with everything else here.</summary>
    WindowSet Windows { get; }

    string? UserId { get; }

    /// <summary>The newest email identifier.</summary>
    string? Email { get; }

    /// <summary>The newest phone identifier.</summary>
    string? Phone { get; }

    IReadOnlyList<string> AnonymousIds { get; }

    DateTimeOffset CreatedAt { get; }

    /// <summary>Event times; null before the first event.</summary>
    DateTimeOffset? FirstSeen { get; }

    DateTimeOffset? LastSeen { get; }

    long EventCount { get; }

    long PageViews { get; }

    long Conversions { get; }

    /// <summary>Where the path leads (see <see cref="PropertyPath.FindBelow"/>); null when there is nothing.</summary>
    JsonElement? Trait(PropertyPath path);

    /// <summary>Whether the newest word on the category grants it; null where nothing was said.</summary>
    bool? Consent(string category);

    /// <summary>Where the path leads in each of her groups' traits that has something there.</summary>
    IReadOnlyList<JsonElement> GroupTraits(PropertyPath path);
}
