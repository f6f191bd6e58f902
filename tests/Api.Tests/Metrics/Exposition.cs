using System.Globalization;
using System.Text.RegularExpressions;

namespace CdpPipeline.Api.Tests.Metrics;

/// <summary>
/// What a scrape answered, read as strictly as version 0.0.4 of the text format is written: each metric once, with its help and type before
/// its samples, each sample once, and histograms that add up.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);

    private Exposition()
    {
    }

    public Dictionary<string, (string Type, string Help)> Metrics { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, HashSet<string>> LabelNames { get; } = new(StringComparer.Ordinal);

    /// <summary>A sample by its whole name with labels as written; 0 when it is not there.</summary>
    public double this[string sample] => samples.GetValueOrDefault(sample);

    public bool Has(string sample) => samples.ContainsKey(sample);

    /// <summary>All samples of a metric together.</summary>
    public double Sum(string name) => samples.Where(sample => sample.Key.Split('{')[0] == name).Sum(sample => sample.Value);

    public static Exposition Parse(string text)
    {
        var read = new Exposition();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string? help = null, current = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } helped)
            {
                Assert.Null(help);
                help = helped.Groups["name"].Value;
                Assert.True(read.Metrics.TryAdd(help, ("", helped.Groups["help"].Value)), $"{help} comes twice.");
            }
            else if (TypeLine().Match(line) is { Success: true } typed)
            {
                current = typed.Groups["name"].Value;
                Assert.Equal(help, current);
                help = null;
                read.Metrics[current] = (typed.Groups["type"].Value, read.Metrics[current].Help);
                read.LabelNames[current] = [];
            }
            else
            {
                Assert.Null(help);
                read.Add(line, current!);
            }
        }

        read.CheckHistograms();
        return read;
    }

    private void Add(string line, string metric)
    {
        var sample = SampleLine().Match(line);
        Assert.True(sample.Success, $"Not a sample: {line}");
        var (type, _) = Metrics[metric];
        var allowed = type == "histogram" ? new[] { $"{metric}_bucket", $"{metric}_sum", $"{metric}_count" } : [metric];
        Assert.Contains(sample.Groups["name"].Value, allowed);
        var value = sample.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        Assert.True(samples.TryAdd(line[..line.LastIndexOf(' ')], value), $"The sample comes twice: {line}");
        Assert.True(type != "counter" || value >= 0, line);
        var names = LabelPair().Matches(sample.Groups["labels"].Value).Select(pair => pair.Groups["name"].Value).ToList();
        Assert.Equal(names.Distinct(), names);
        LabelNames[metric].UnionWith(names.Where(name => name != "le"));
    }

    private void CheckHistograms()
    {
        foreach (var (count, value) in samples.Where(sample => Metrics.Any(metric => metric.Value.Type == "histogram" && sample.Key.Split('{')[0] == metric.Key + "_count")))
        {
            var (name, labels) = (count.Split('{')[0][..^"_count".Length], count.Contains('{', StringComparison.Ordinal) ? count.Split('{', 2)[1][..^1] + "," : "");
            var buckets = samples.Where(sample => sample.Key.StartsWith($"{name}_bucket{{{labels}le=", StringComparison.Ordinal)).Select(sample => sample.Value).ToList();
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(value, samples[$"{name}_bucket{{{labels}le=\"+Inf\"}}"]);
            Assert.True(Has(count.Replace("_count", "_sum", StringComparison.Ordinal)));
        }
    }

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<help>([^\\\\]|\\\\\\\\|\\\\n)*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*")*)\})? (?<value>[+-]Inf|NaN|-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="([^"\\]|\\[\\"n])*"(,|$)""")]
    private static partial Regex LabelPair();
}
