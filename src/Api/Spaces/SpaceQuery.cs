using System.Globalization;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Domain.Identifiers;
using Microsoft.AspNetCore.Http.Features;

namespace CdpPipeline.Api.Spaces;

/// <summary>Reads what the calls of Segment's Profile API share: whom the path means, <c>limit</c>, <c>next</c>, <c>include</c>.</summary>
internal static class SpaceQuery
{
    private const int LimitDefault = 10;

    // "", v1, spaces, {space}, collections, users, profiles, {reference}
    private const int ReferencePlace = 7;

    /// <summary>Reads <c>user_id:…</c>, <c>anonymous_id:…</c>, <c>email:…</c>, <c>phone:…</c>, or an identity's id; null when it can name nobody.</summary>
    public static PersonReference? ReferenceOf(HttpContext context)
    {
        var text = (string)context.Request.RouteValues["reference"]!;

        // The server decodes a path but for %2F, so where a percent sign is left only the path as sent can tell what was meant.
        if (text.Contains('%', StringComparison.Ordinal) && context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0].Split('/') is { Length: > ReferencePlace } sent)
            text = Uri.UnescapeDataString(sent[ReferencePlace]);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return PersonReference.Parse(text);
        return KindOf(text[..colon]) is { } kind ? PersonReference.Parse($"{Identifier.NameOf(kind)}:{text[(colon + 1)..]}") : null;
    }

    /// <summary>False when there is a limit that is no whole number from 1 to <paramref name="limitMax"/>.</summary>
    public static bool TryReadLimit(HttpRequest request, int limitMax, out int limit)
    {
        limit = Math.Min(LimitDefault, limitMax);
        string? text = request.Query["limit"];
        return string.IsNullOrEmpty(text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= limitMax);
    }

    /// <summary>The names of a comma-separated parameter; null when it is absent.</summary>
    public static HashSet<string>? Names(HttpRequest request, string parameter)
    {
        var text = request.Query[parameter].ToString();
        if (text.Length == 0) return null;
        return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
    }

    private static IdentifierKind? KindOf(string type) => type switch
    {
        "user_id" => IdentifierKind.UserId,
        "anonymous_id" => IdentifierKind.AnonymousId,
        "email" => IdentifierKind.Email,
        "phone" or "phone_number" => IdentifierKind.Phone,
        _ => null,
    };
}
