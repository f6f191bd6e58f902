namespace CdpPipeline.Api.Audit;

/// <summary>An act that goes on, and what it turned out to be done to.</summary>
internal sealed class AuditedAct
{
    public string? Target { get; set; }

    public bool IsEnded { get; set; }
}

internal static class AuditedActs
{
    /// <summary>
    /// Says what the act of this request is done to: an id that we gave out, never a text from the path, which may be somebody's address. Without effect
    /// where the request is no act.
    /// </summary>
    public static void NameTarget(this HttpContext context, string target)
    {
        if (context.Features.Get<AuditedAct>() is { } act) act.Target = target;
    }
}
