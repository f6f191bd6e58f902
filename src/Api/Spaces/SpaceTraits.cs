using System.Text;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Api.Spaces;

/// <summary>A person's traits as Segment lists them, audiences among them. Pure.</summary>
internal static class SpaceTraits
{
    private static readonly byte[] True = "true"u8.ToArray();

    /// <summary>Of class <c>audience</c>, <c>computed_trait</c>, or all. A trait hides an audience of the same name.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Of(Profile profile, NamesAt names, string? traitClass)
    {
        var traits = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        if (traitClass != "audience")
        {
            foreach (var (name, value) in profile.Traits)
            {
                if (traitClass != "computed_trait" || profile.ComputedTraits.Contains(name)) traits[name] = value;
            }
        }

        if (traitClass == "computed_trait") return traits;
        foreach (var membership in profile.Segments)
        {
            if (names.Shown.TryGetValue(membership.Segment, out var segment)) traits.TryAdd(KeyOf(segment.Name), True);
        }

        return traits;
    }

    /// <summary>The name in snake case: letters and digits in lower case, with one underscore for whatever lies between.</summary>
    public static string KeyOf(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            if (char.IsLetterOrDigit(character)) key.Append(char.ToLowerInvariant(character));
            else if (key.Length > 0 && key[^1] != '_') key.Append('_');
        }

        return key.ToString().TrimEnd('_');
    }
}
