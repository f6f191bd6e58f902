using System.Text;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class EventReaderProperties
{
    private const string Whole = """
        {"batch":[
          {"type":"track","event":"Order \u00e9\ud83d\ude00","userId":"u1","messageId":"m1","timestamp":"2026-03-01T00:00:00.5+02:00","properties":{"a":[1,{"b":null}],"email":"a@b.c"}},
          {"type":"identify","userId":42,"traits":{"email":"x@y.z","phone":"+4930123456"},"context":{"traits":{"plan":"pro"}},"originalTimestamp":1767225600000},
          {"type":"page","anonymousId":"a1","name":"Home","category":"C","properties":{"url":"/"},"sentAt":"2026-03-01"},
          {"type":"group","userId":"u1","groupId":"g","traits":{"n":1e5}},
          {"type":"alias","userId":"u1","previousId":"a1"}],
         "sentAt":"2026-03-01T00:00:10Z","context":{"library":{"name":"x"}},"writeKey":"k"}
        """;

    private static readonly string[] Pieces =
        ["\\u0000", "\\ud800", "\\", "\"", "{", "}", "[", "]", ",", ":", "null", "1e999", "-", "\0", "\u00e9", "\"userId\":", "{\"batch\":[", "9999-12-31", "\n"];

    [Fact]
    public void No_mutated_body_makes_the_reader_throw_or_hand_on_what_breaks_a_rule()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var reader = Reading.Reader();
        var whole = Encoding.UTF8.GetBytes(Whole);
        for (var round = 0; round < 10_000; round++)
        {
            var body = Mutate(whole, random);
            try
            {
                Check(reader.ReadBatch(body, new Envelope(Reading.ReceivedAt, Reading.Web)));
                Check(reader.ReadOne(body, new Envelope(Reading.ReceivedAt, Reading.Web) { PathType = (EventType)random.Next(1, 7) }));
                EventReader.FindWriteKey(body);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, round {round}: {exception}\n{Convert.ToBase64String(body)}");
            }
        }
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        var body = whole.ToList();
        for (var change = random.Next(1, 6); change > 0 && body.Count > 0; change--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body.RemoveRange(at, random.Next(1, Math.Min(20, body.Count - at) + 1)); break;
                case 2: body.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                case 3: body.InsertRange(at, body.GetRange(at, random.Next(Math.Min(60, body.Count - at)))); break;
                case 4: body[at] ^= (byte)(1 << random.Next(8)); break;
                default:
                    if (random.Next(10) == 0) body.RemoveRange(at, body.Count - at);
                    break;
            }
        }

        return [.. body];
    }

    private static void Check(ReadEvents read)
    {
        Assert.Equal(read.Events.Count, read.Indexes.Count);
        Assert.All(read.Rejected, one => Assert.False(string.IsNullOrEmpty(one.Field) || string.IsNullOrEmpty(one.Error)));
        foreach (var one in read.Events)
        {
            Assert.InRange(one.Identifiers.Count, 1, 10);
            Assert.Equal(one.Identifiers.Order().Select(id => id.Kind), one.Identifiers.Select(id => id.Kind));
            Assert.Equal(one.Identifiers.Distinct(), one.Identifiers);
            Assert.InRange(one.Timestamp, DateTimeOffset.UnixEpoch, Reading.ReceivedAt.AddDays(366));
            Assert.Equal(one.Timestamp.Whole(), one.Timestamp);
            AssertIsObject(one.Properties);
            if (!one.Context.IsEmpty) AssertIsObject(one.Context);
        }
    }

    private static void AssertIsObject(ReadOnlyMemory<byte> json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, document.RootElement.ValueKind);
        Assert.True(JsonText.IsClean(json.Span));
    }
}
