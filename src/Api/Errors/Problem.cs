using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Api.Errors;

/// <summary>One error as HTTP tells it: RFC 9457 problem details. Immutable; <see cref="Type"/> is stable for good.</summary>
public sealed record Problem(int Status, string Code, string Title)
{
    /// <summary>The URN that names the kind of error, e.g. <c>urn:cdp:error:store-unavailable</c>.</summary>
    public string Type => "urn:cdp:error:" + Code;

    /// <summary>What was wrong this time, and what to do about it.</summary>
    public string? Detail { get; init; }

    /// <summary>The field of the request at fault.</summary>
    public string? Field { get; init; }

    /// <summary>Where in a segment's definition the fault is, such as <c>filter.and[1].operator</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Where in a definition's SQL-like text the fault is; sent as line and column.</summary>
    public TextPlace? Place { get; init; }

    /// <summary>What a definition's SQL-like text should have there.</summary>
    public string? Expected { get; init; }

    /// <summary>When trying again may help; sent as whole seconds, at least one.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
