using System.Globalization;
using System.Text.RegularExpressions;

namespace CdpPipeline.Silo.Tests.Chaos.Later;

/// <summary>
/// What nodes of the later build have counted: of requests, answers, profiles, batches and calls of the added method (<c>what</c>), those from the node
/// itself, from another of the later build, and those without the member, from the earlier one; and calls of the method that failed, by the status
/// that a client would see (<c>how</c>).
/// </summary>
internal sealed partial class LaterNotes
{
    private readonly Dictionary<(string What, string How), long> counts = [];

    public long this[string what, string how] => counts.GetValueOrDefault((what, how));

    /// <summary>Together, of these nodes.</summary>
    public static async Task<LaterNotes> OfAsync(IEnumerable<NodeProcess> nodes, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var notes = new LaterNotes();
        foreach (var node in nodes)
        {
            var metrics = await http.GetStringAsync(new Uri(node.Program.Address, "/metrics"), cancellationToken);
            foreach (Match line in Lines().Matches(metrics))
            {
                var key = (Label(line, "what"), Label(line, "how"));
                notes.counts[key] = notes.counts.GetValueOrDefault(key) + (long)double.Parse(line.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);
            }
        }

        return notes;
    }

    /// <summary>What was counted since these.</summary>
    public LaterNotes Since(LaterNotes before)
    {
        var since = new LaterNotes();
        foreach (var (key, count) in counts) since.counts[key] = count - before.counts.GetValueOrDefault(key);
        return since;
    }

    public override string ToString() =>
        string.Join(", ", counts.OrderBy(count => count.Key).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key.What} {count.Key.How} {count.Value}")));

    private static string Label(Match line, string name) => Regex.Match(line.Groups["labels"].Value, $"{name}=\"([^\"]*)\"").Groups[1].Value;

    [GeneratedRegex("""^cdp_later_heard_total\{(?<labels>[^}]*)\} (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
