using System.Globalization;
using System.Text;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// The requests of one connection, made before the clock runs; each time one is sent its messageIds are overwritten in place with new
/// ones, and its timestamps with the time of the clock. Not for concurrent use.
/// </summary>
internal sealed class RequestBodies
{
    public const int BatchEvents = 100;

    private const int Templates = 40;
    private const int People = 10_000;

    // So that after warming up everybody is in the segments that the load brings her into, and what is measured is looking, not entering.
    private const int FewPeople = 2_000;
    private const string Reader = "bench-reader";
    private const string Counter = "############";
    private const string Time = "####-##-##T##:##:##.###Z";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>What the events are called, each as often as the others.</summary>
    public static readonly string[] Names = ["Page Viewed", "Product Added", "Order Completed", "Signed Up", "Searched"];

    private readonly (byte[] Request, int[] Counters, int[] Times)[] templates;
    private long sent;

    private RequestBodies(IEnumerable<string> requests) => templates = [.. requests.Select(Template)];

    /// <summary>The requests of one connection; who has many connections makes fewer of them for each.</summary>
    public static RequestBodies Of(BenchArguments arguments, Uri address, int connection, int templates = Templates)
    {
        var random = new Random(connection);
        var run = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid().ToString("N").AsSpan(0, 8)}-{connection}");
        return new RequestBodies(arguments.Command switch
        {
            BenchCommand.Batch or BenchCommand.Segments or BenchCommand.Live or BenchCommand.DueRestart or BenchCommand.Overload => Many(() => Post(arguments, address, "/v1/batch", $$"""{"batch":[{{string.Join(',', Enumerable.Range(0, BatchEvents).Select(_ => Event(random, run, Anyone(random, arguments.Command is BenchCommand.Segments or BenchCommand.Live ? FewPeople : People))))}}]}""")),
            BenchCommand.Single => Many(() => Post(arguments, address, "/api/track", Single(random))),
            _ => [$"GET /api/profiles/userId:{Reader} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {arguments.ApiKey}\r\n\r\n"],
        });

        IEnumerable<string> Many(Func<string> make) => Enumerable.Range(0, templates).Select(_ => make());
    }

    /// <summary>A batch that gives the person whose profile is read her events.</summary>
    public static ReadOnlyMemory<byte> ReaderWithEvents(BenchArguments arguments, Uri address)
    {
        var random = new Random(0);
        var events = Enumerable.Range(0, BatchEvents).Select(i => Event(random, $"reader-{i}", $"\"userId\":\"{Reader}\""));
        return new RequestBodies([Post(arguments, address, "/v1/batch", $$"""{"batch":[{{string.Join(',', events)}}]}""")]).Next();
    }

    /// <summary>A batch that lets people, from one number up to another, have visited at an instant.</summary>
    public static ReadOnlyMemory<byte> Visits(BenchArguments arguments, Uri address, int from, int to, DateTimeOffset at)
    {
        var events = Enumerable.Range(from, to - from).Select(i => string.Create(
            CultureInfo.InvariantCulture, $$"""{"type":"track","event":"Visited","userId":"visitor-{{i}}","timestamp":"{{at.UtcDateTime:O}}"}"""));
        return Encoding.ASCII.GetBytes(Post(arguments, address, "/v1/batch", $$"""{"batch":[{{string.Join(',', events)}}]}"""));
    }

    public ReadOnlyMemory<byte> Next()
    {
        var (request, counters, times) = templates[sent % templates.Length];
        sent++;
        var now = TimeProvider.System.GetUtcNow();
        foreach (var at in times) now.TryFormat(request.AsSpan(at, Time.Length), out _, TimeFormat, CultureInfo.InvariantCulture);
        foreach (var at in counters) sent.TryFormat(request.AsSpan(at, Counter.Length), out _, "D12", CultureInfo.InvariantCulture);
        return request;
    }

    private static (byte[] Request, int[] Counters, int[] Times) Template(string request) =>
        (Encoding.ASCII.GetBytes(request), [.. PlacesOf(Counter, request)], [.. PlacesOf(Time, request)]);

    private static IEnumerable<int> PlacesOf(string text, string request)
    {
        for (var at = request.IndexOf(text, StringComparison.Ordinal); at >= 0; at = request.IndexOf(text, at + 1, StringComparison.Ordinal)) yield return at;
    }

    private static string Anyone(Random random, int people) => string.Create(CultureInfo.InvariantCulture, $"\"anonymousId\":\"anon-{random.Next(people)}\"");

    private static string Event(Random random, string run, string who) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"type":"track","event":"{{{Names[random.Next(Names.Length)]}}}",{{{who}}},"messageId":"{{{run}}}-{{{Counter}}}-{{{random.Next(1_000_000)}}}","properties":{"path":"/p/{{{random.Next(100)}}}","price":{{{random.Next(500)}}}.5,"sku":"SKU-{{{random.Next(1000)}}}","referrer":"google","campaign":"spring"},"context":{"library":{"name":"bench","version":"1"},"ip":"203.0.113.1"},"timestamp":"{{{Time}}}"}""");

    private static string Single(Random random) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"type":"track","event":"{{{Names[random.Next(Names.Length)]}}}",{{{Anyone(random, People)}}},"properties":{"path":"/p/{{{random.Next(100)}}}","price":{{{random.Next(500)}}}.5,"sku":"SKU-{{{random.Next(1000)}}}"},"source":"web"}""");

    private static string Post(BenchArguments arguments, Uri address, string path, string body)
    {
        var key = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{arguments.WriteKey}:"));
        return $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Basic {key}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.ASCII.GetByteCount(body)}\r\n\r\n{body}";
    }
}
