using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Profiles;

/// <summary>Whom a path means: an identity by its id, or whoever owns an identifier. Exactly one of the two is there.</summary>
internal readonly record struct PersonReference(IdentityId? Id, Identifier? Identifier)
{
    private const string Prefix = "/api/profiles/";

    /// <summary>Reads an id or <c>kind:value</c>; null when the text can name nobody.</summary>
    public static PersonReference? Parse(string text)
    {
        if (IdentityId.TryParse(text, out var id)) return new PersonReference(id, null);
        return Domain.Identifiers.Identifier.TryParse(text, out var identifier) ? new PersonReference(null, identifier) : null;
    }

    /// <summary>Reads the path's <c>{reference}</c>, which comes after the prefix.</summary>
    public static PersonReference? Of(HttpContext context, string prefix = Prefix)
    {
        var text = (string)context.Request.RouteValues["reference"]!;

        // The server decodes a path but for %2F, so where a percent sign is left only the path as sent can tell what was meant.
        return Parse(text.Contains('%', StringComparison.Ordinal) ? AsSent(context, prefix) ?? text : text);
    }

    private static string? AsSent(HttpContext context, string prefix)
    {
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget;
        if (target is null || !target.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = target.AsSpan(prefix.Length);
        var end = rest.IndexOfAny('/', '?');
        return Uri.UnescapeDataString(end < 0 ? rest : rest[..end]);
    }
}
