using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Schemas;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.AspNetCore.Connections;

namespace CdpPipeline.Api.Errors;

/// <summary>
/// The one place where refusals (4xx), faults (503 with Retry-After) and bugs (500) become problems. The codes are part
/// of the API and never change.
/// </summary>
public static class Problems
{
    public static readonly Problem Unauthorized = new(401, "unauthorized", "A valid key is required");

    public static readonly Problem OriginNotAllowed = new(403, "origin-not-allowed", "This source takes no calls from this origin") { Field = "Origin" };

    public static readonly Problem WriteKeyOnApi = new(403, "write-key-on-api", "A write key only takes events in") { Detail = "Send an API key." };

    public static readonly Problem RoleTooLow = new(403, "role-too-low", "The key's role does not allow this") { Detail = "It takes a key with the role admin." };

    public static readonly Problem ForeignPage = new(403, "foreign-page", "A session is for this host's own pages only") { Field = "Origin" };

    public static readonly Problem NoToken = new(403, "csrf-token", "A call with a session needs its CSRF token")
    {
        Field = "X-CSRF-Token",
        Detail = "GET /api/session tells it.",
    };

    public static readonly Problem NotFound = new(404, "not-found", "Not found");

    public static readonly Problem MethodNotAllowed = new(405, "method-not-allowed", "Method not allowed");

    public static readonly Problem UnknownEncoding = new(415, "unknown-content-encoding", "The Content-Encoding is not known")
    {
        Field = "Content-Encoding",
        Detail = "Send gzip, or leave it out.",
    };

    public static readonly Problem NotReady = new(503, "not-ready", "The host is starting or stopping") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Problem Bug = new(500, "internal", "Something went wrong on our side");

    private static readonly Problem StoreUnavailable = new(503, "store-unavailable", "The store is unavailable")
    {
        Detail = "Send the same request again, with the same messageIds.",
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    public static readonly Problem Overloaded = new(503, "overloaded", "Too much is going on")
    {
        Detail = "Send the same request again, with the same messageIds.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>This node stood still for so long that others may have taken over what it remembers.</summary>
    public static readonly Problem StoodStill = new(503, "interrupted", "The work was interrupted")
    {
        Detail = "This node stood still for a while and does not know yet whether it is still a member of the cluster.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Problem Interrupted = new(503, "interrupted", "The work was interrupted")
    {
        Detail = "Send the same request again, with the same messageIds.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>A fault of the infrastructure, a request that broke off or was malformed on the wire, or else a bug.</summary>
    public static Problem Of(Exception exception) => exception switch
    {
        StoreUnavailableException => StoreUnavailable,
        OverloadedException => Overloaded,
        BadHttpRequestException { StatusCode: 413 } => new Problem(413, "body-too-large", "The request is too large"),
        BadHttpRequestException { StatusCode: 408 } => new Problem(408, "request-timeout", "The request came too slowly"),
        BadHttpRequestException bad => new Problem(bad.StatusCode, "bad-request", "The request could not be read"),
        ConnectionResetException or ConnectionAbortedException => new Problem(400, "bad-request", "The request could not be read"),
        OperationCanceledException => Interrupted,
        _ => Bug,
    };

    /// <summary>Why an event was refused for good, with the field at fault.</summary>
    public static Problem Of(Refusal refusal) => refusal switch
    {
        Refusal.TooManyIdentifiers => new Problem(400, "too-many-identifiers", "The person already has as many identifiers as are kept") { Field = "userId" },
        Refusal.TooManyTraits => new Problem(400, "too-many-traits", "The person already has as many traits as are kept") { Field = "traits" },
        Refusal.TooManyGroups => new Problem(400, "too-many-groups", "The person already belongs to as many groups as are kept") { Field = "groupId" },
        Refusal.TooManyConsents => new Problem(400, "too-many-consents", "As many categories of consent as are kept of a person are there already") { Field = "context" },
        _ => new Problem(400, "refused", "The event was refused"),
    };

    public static Problem InvalidField(string field, string detail) =>
        new(400, "invalid-field", "A field is missing or invalid") { Field = field, Detail = detail };

    /// <summary>The source has sent as much as it may for now.</summary>
    public static Problem RateLimited(TimeSpan retryAfter) => new(429, "rate-limited", "The source sends more than it may")
    {
        Detail = "Send the same request again after the time in Retry-After, with the same messageIds.",
        RetryAfter = retryAfter,
    };

    /// <summary>More wrong keys were tried than may be.</summary>
    public static Problem TooManyAttempts(TimeSpan retryAfter) => new(429, "too-many-attempts", "Too many wrong keys were tried") { RetryAfter = retryAfter };

    /// <summary>A definition of a segment that is not taken, with the place of the fault in it.</summary>
    public static Problem InvalidDefinition(SegmentError error) =>
        new(400, "invalid-definition", "The definition is not valid")
        {
            Field = error.Path.Split('.', '[')[0],
            Path = error.Path,
            Detail = error.ToString(),
            Place = error.Place,
            Expected = error.Expected,
        };

    /// <summary>A tracking plan that is not taken, with the place of the fault in it.</summary>
    public static Problem InvalidPlan(SchemaError error) =>
        new(400, "invalid-plan", "The tracking plan is not valid") { Field = error.Path.Split('.', '[')[0], Path = error.Path, Detail = error.ToString() };

    /// <summary>The request is right and does not fit what is there.</summary>
    public static Problem Conflict(string code, string title, string detail) => new(409, code, title) { Detail = detail };

    /// <summary>The body is no JSON; lines and bytes are counted from 1.</summary>
    public static Problem NotJson(long line, long positionInLine) =>
        new(400, "not-json", "The body is not JSON") { Detail = $"Broken at line {line}, byte {positionInLine}." };

    public static Problem NotGzip(string detail) => new(400, "not-gzip", "The body is not what its Content-Encoding says") { Detail = detail };

    public static Problem BodyTooLarge(long bytesMax) =>
        new(413, "body-too-large", "The request is too large") { Detail = $"A body may have {bytesMax} bytes, also after inflating." };

    public static Problem TooManyEvents(int eventsMax) =>
        new(413, "too-many-events", "The batch has too many events") { Field = "batch", Detail = $"A batch may have {eventsMax} events." };
}
