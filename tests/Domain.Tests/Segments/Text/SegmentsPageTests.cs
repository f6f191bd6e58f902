using System.Text.RegularExpressions;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments.Text;

/// <summary>Holds <c>docs/segments.md</c> to its word.</summary>
public sealed partial class SegmentsPageTests
{
    [Fact]
    public void Every_example_reads_as_the_json_beside_it_and_comes_back_as_it_is()
    {
        var examples = Example().Matches(Page()).ToList();
        Assert.True(examples.Count >= 15, $"{examples.Count} examples");
        foreach (var example in examples)
        {
            var (where, json) = (example.Groups["where"].Value, example.Groups["json"].Value);
            var tree = WhereReader.Read(where, out var error);

            Assert.True(tree is not null, $"{where}: {error}");
            Assert.Equal(Preview.Tree(json), tree);
            Assert.Equal(where, WhereWriter.Text(tree));
        }
    }

    [Fact]
    public void Every_operator_has_an_example()
    {
        var page = string.Join('\n', Example().Matches(Page()).Select(example => example.Groups["json"].Value));

        Assert.All(Enum.GetValues<FieldOperator>(), @operator => Assert.Contains($"\"operator\":\"{@operator.Text()}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_error_is_told_as_the_page_says()
    {
        var example = Error().Match(Page());

        Assert.Null(WhereReader.Read(example.Groups["where"].Value, out var error));
        Assert.Equal(example.Groups["message"].Value, error!.Message);
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln"))) folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder!.FullName, "docs", "segments.md")).ReplaceLineEndings("\n");
    }

    [GeneratedRegex("```where\n(?<where>[^`]*)\n```\n```json\n(?<json>[^`]*)\n```")]
    private static partial Regex Example();

    [GeneratedRegex("```error\n(?<where>.*)\n(?<message>.*)\n```")]
    private static partial Regex Error();
}
