using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Rows;

/// <summary>
/// How a search text is understood by both stores. Whoever owns exactly this identifier comes first on the first page (strongest kind first),
/// at any size of the store; then those with an identifier that contains it, newest first. Case is ignored in ASCII letters.
/// </summary>
internal static class IdentitySearch
{
    /// <summary>Of the identifiers that contain the text, those of this many newest owners are looked at.</summary>
    public const int MatchesMax = 10_000;

    public static IEnumerable<Identifier> ExactSpellings(string search)
    {
        foreach (var kind in Enum.GetValues<IdentifierKind>().Order())
        {
            yield return new Identifier(kind, search);
            if (IdentifierRules.Normalise(kind, search, IdentifierRules.DefaultPlaceholders) is { } normal && normal.Value != search) yield return normal;
        }
    }

    /// <summary>A LIKE pattern with <c>\</c> as its escape.</summary>
    public static string ContainsPattern(string search) =>
        $"%{search.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    public static IReadOnlyList<IndexedIdentity> Page(IEnumerable<IndexedIdentity> exact, IEnumerable<IndexedIdentity> containing, bool isFirst, int limit)
    {
        var first = exact.Distinct().ToList();
        var rest = containing.Except(first);
        return [.. (isFirst ? first.Concat(rest) : rest).Take(limit)];
    }
}
