using System.Text;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Bodies as published client libraries put them on the wire: what mutations start from, and what they splice in.</summary>
internal static class CallCorpus
{
    public static readonly byte[][] Bodies =
    [
        .. new[]
        {
            """{"batch":[{"type":"track","event":"Bought","userId":"u-1","properties":{"total":12.5},"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},"messageId":"node-next-1","timestamp":"2026-01-01T00:00:00.000Z","integrations":{},"_metadata":{"nodeVersion":"20.20.2","jsRuntime":"node"}}],"writeKey":"wk_test","sentAt":"2026-01-01T00:00:01.000Z"}""",
            """{"timestamp":"2026-01-01T00:00:00.000Z","integrations":{},"userId":"u-2","anonymousId":"a-1","event":"Bought","type":"track","properties":{},"context":{"page":{"path":"/","referrer":"","search":"?q=1","title":"Shop","url":"https://shop.example/?q=1"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64)","locale":"en-US","library":{"name":"analytics.js","version":"next-1.70.0"},"timezone":"Europe/Berlin","consent":{"categoryPreferences":{"Advertising":true,"Analytics":false}}},"messageId":"ajs-next-1","writeKey":"wk_test","sentAt":"2026-01-01T00:00:01.000Z","_metadata":{"bundled":["Segment.io"],"unbundled":[],"bundledIds":[]}}""",
            """{"type":"identify","channel":"web","context":{"traits":{"plan":"pro","email":"Person1@Example.com","address":{"city":"Köln"}},"sessionId":1767225600,"app":{"name":"RudderLabs JavaScript SDK","namespace":"com.rudderlabs.javascript","version":"3.34.1","installType":"npm"},"consentManagement":{"allowedConsentIds":["C0001"],"deniedConsentIds":["C0002"],"provider":"oneTrust","resolutionStrategy":"and"},"screen":{"density":1,"width":1280,"height":720,"innerWidth":1280,"innerHeight":720}},"originalTimestamp":"2026-01-01T00:00:00.000Z","integrations":{"All":true},"messageId":"rb1","userId":"u-1","anonymousId":"a-1","sentAt":"2026-01-01T00:00:01.000Z"}""",
            """{"batch":[{"type":"page","name":"Home","category":"Shop","userId":"","anonymousId":"a-2","messageId":"rb2","originalTimestamp":"2026-01-01T00:00:00.000Z"},{"type":"group","userId":"u-1","groupId":"g-1","traits":{"industry":"retail","employees":42}},{"type":"alias","userId":"u-3","previousId":"a-2"},{"type":"screen","name":"Cart","anonymousId":"a-3","properties":{"items":[{"sku":"s-1","n":2}]}}],"sentAt":"2026-01-01T00:00:01.000Z","context":{"ip":"203.0.113.7","traits":{"phone":"+49 30 1234567"}}}""",
            """{"type":"track","userId":"u-4","event":"Order Completed","properties":{"total":99.9,"currency":"EUR"},"traits":{"plan":"team"},"timestamp":"2026-03-01T10:00:00+01:00","source":"shop"}""",
            """{"email":" Person3@Example.com ","type":"Order Completed","properties":{"order_id":"o-1"},"occurredAt":"2026-03-01T10:00:00Z"}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];
}
