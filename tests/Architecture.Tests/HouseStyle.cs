using System.Text.RegularExpressions;

namespace CdpPipeline.Architecture.Tests;

/// <summary>The parts of the house style that a machine can judge. Pure: a file in, its offences out.</summary>
internal static partial class HouseStyle
{
    /// <summary>Longest file allowed under <c>src</c>, in lines.</summary>
    public const int SourceLinesMax = 300;

    // Words that say nothing about what a thing does.
    private static readonly HashSet<string> EmptyWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Misc",
        "Base", "Impl", "Dto", "Dtos", "Info", "Infos",
    };

    /// <summary>Every way in which the file offends, each as one sentence that begins with the file's path.</summary>
    public static IEnumerable<string> Offences(SourceFile file)
    {
        foreach (var name in file.Path.Split('/').Concat(TypeNames(file.Text)))
        {
            foreach (var word in Words(name).Where(EmptyWords.Contains))
            {
                yield return $"{file.Path}: '{name}' contains '{word}'; name what it does.";
            }
        }

        var lines = file.Text.AsSpan().TrimEnd().Count('\n') + 1;
        if (file.Path.StartsWith("src/", StringComparison.Ordinal) && lines > SourceLinesMax)
        {
            yield return $"{file.Path}: {lines} lines, at most {SourceLinesMax} are allowed; give its second idea a file.";
        }

        if (Region().IsMatch(file.Text))
        {
            yield return $"{file.Path}: has a region; split the type.";
        }

        if (BareToDo().IsMatch(file.Text))
        {
            yield return $"{file.Path}: has a to-do without an issue; do it, or write TODO(#123).";
        }
    }

    private static IEnumerable<string> TypeNames(string text) =>
        TypeDeclaration().Matches(text).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Words(string name) =>
        Word().Matches(name).Select(match => match.Value);

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(
        """
        ^[ \t]*(?:\[[^\]"\n]*\][ \t]*)?
        (?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)[ \t]+)*
        (?:record[ \t]+struct|record[ \t]+class|record|class|struct|interface|enum)[ \t]+(?<name>[A-Z]\w*)
        """,
        RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^[ \t]*#[ \t]*region\b", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"(?:^|[\s;{}])//.*\b(?:TODO|FIXME|HACK)\b(?!\(#\d+\))", RegexOptions.Multiline)]
    private static partial Regex BareToDo();
}
