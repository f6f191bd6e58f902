using System.Globalization;
using System.Text.RegularExpressions;

namespace CdpPipeline.Architecture.Tests;

/// <summary>
/// A file by which the program is deployed, read line by line: no more of YAML than these files use. Keys are found by name at whatever depth, and a block
/// is what is indented further than its key.
/// </summary>
internal sealed partial class DeployFile(string name, IReadOnlyList<string> lines)
{
    public string Name => name;

    public string Text { get; } = string.Join('\n', lines);

    public static DeployFile Read(string path) => new(path, [.. File.ReadAllLines(Path.Combine(SourceTree.Root, path)).Where(line => !line.TrimStart().StartsWith('#'))]);

    /// <summary>The blocks below a key, each without the key's own line unless that holds a value.</summary>
    public IEnumerable<DeployFile> Blocks(string key)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].TrimStart(' ', '-');
            if (!line.StartsWith(key + ":", StringComparison.Ordinal)) continue;
            var depth = lines[i].Length - line.Length;
            var below = lines.Skip(i + 1).TakeWhile(next => next.Length == 0 || next.Length - next.TrimStart().Length > depth);
            yield return new DeployFile($"{name}, {key}", [line[(key.Length + 1)..], .. below]);
        }
    }

    /// <summary>The only block below a key.</summary>
    public DeployFile Block(string key)
    {
        var blocks = Blocks(key).ToList();
        Assert.True(blocks.Count == 1, $"{name} has {key} {blocks.Count} times.");
        return blocks[0];
    }

    /// <summary>The names of the keys right below the first line: of a block of services, say.</summary>
    public IReadOnlyList<string> Keys()
    {
        var named = lines.Skip(1).Select(line => KeyLine().Match(line)).Where(match => match.Success).ToList();
        var depth = named.Min(match => match.Groups["indent"].Length);
        return [.. named.Where(match => match.Groups["indent"].Length == depth).Select(match => match.Groups["key"].Value)];
    }

    /// <summary>A block's whole number.</summary>
    public int Number() => int.Parse(Text.Trim(), CultureInfo.InvariantCulture);

    /// <summary>A block's duration: <c>60s</c>, <c>15m</c>, or seconds.</summary>
    public TimeSpan Duration()
    {
        var text = Text.Trim();
        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
            's' => TimeSpan.FromSeconds(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
            _ => TimeSpan.FromSeconds(Number()),
        };
    }

    /// <summary>What the first group of the pattern is, each time it occurs.</summary>
    public IReadOnlyList<string> All(string pattern) => [.. Regex.Matches(Text, pattern).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^(?<indent> *)(?<key>[\w-]+):")]
    private static partial Regex KeyLine();
}
