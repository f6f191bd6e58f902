using System.Text.Json;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>Compares what the HTTP API answers with what the clients know.</summary>
internal sealed class ApiCheck(ReadApi api, IReadOnlyList<ExpectedPerson> people, CancellationToken cancellationToken)
{
    /// <summary>Lists everybody and reads every timeline to its end: the same people with the same calls, each exactly once.</summary>
    public async Task PeopleAsync()
    {
        var listed = await api.ListAsync("/api/profiles", "profiles", cancellationToken);
        Assert.Equal(people.Count, listed.Count);
        var events = await ReadApi.AskAllAsync(listed, async (profile, token) => await api.ListAsync($"/api/profiles/{profile.GetProperty("id").GetGuid()}/events", "events", token), cancellationToken);
        var expected = people.ToDictionary(person => Ids(person.Calls.Select(call => call.MessageId)));
        foreach (var (profile, timeline) in events)
        {
            var ids = Ids(timeline.Select(item => item.GetProperty("messageId").GetString()!));
            Assert.True(expected.ContainsKey(ids), $"{profile} has other calls than any person: {ids}");
            Assert.Equal(timeline.Count, profile.GetProperty("eventCount").GetInt32());
        }
    }

    /// <summary>Every identifier leads to the one profile that has it, with her counters, traits and identifiers.</summary>
    public async Task ProfilesAsync()
    {
        var references = people.SelectMany(person => person.Identifiers.Select(identifier => (identifier, person)));
        var profiles = await ReadApi.AskAllAsync(references, (reference, token) => api.GetAsync($"/api/profiles/{Uri.EscapeDataString(reference.identifier)}", token), cancellationToken);
        foreach (var ((identifier, person), profile) in profiles)
        {
            var held = profile.GetProperty("identifiers").EnumerateArray().Select(item => $"{item.GetProperty("kind").GetString()}:{item.GetProperty("value").GetString()}");
            Assert.True(person.Identifiers.SetEquals(held), $"{identifier} leads to {profile.GetProperty("identifiers")}");
            Assert.Equal(person.Calls.Count, profile.GetProperty("eventCount").GetInt32());
            Assert.Equal(person.PageViews, profile.GetProperty("pageViews").GetInt32());
            Assert.Equal(person.Plan, profile.GetProperty("traits").TryGetProperty("plan", out var plan) ? plan.GetString() : null);
        }

        var ids = profiles.GroupBy(pair => pair.Key.person, pair => pair.Value.GetProperty("id").GetGuid(), ReferenceEqualityComparer.Instance).ToList();
        Assert.All(ids, group => Assert.Single(group.Distinct()));
        Assert.Equal(people.Count, ids.SelectMany(group => group).Distinct().Count());
    }

    /// <summary>Every count is the number of members listed and of rows counted.</summary>
    public async Task CountsAsync(IReadOnlyList<(Guid Id, ExpectedSegment Segment)> segments)
    {
        var listed = (await api.GetAsync("/api/segments", cancellationToken)).GetProperty("segments").EnumerateArray().ToDictionary(item => item.GetProperty("id").GetGuid());
        foreach (var (id, segment) in segments)
        {
            Assert.Equal("live", listed[id].GetProperty("status").GetString());
            var members = await api.ListAsync($"/api/segments/{id}/members", "members", cancellationToken);
            var ids = members.Select(member => member.GetProperty("id").GetGuid()).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
            var count = (await api.GetAsync($"/api/segments/{id}", cancellationToken)).GetProperty("memberCount").GetInt64();
            Assert.True(count == ids.Count, $"{segment.Name}: memberCount is {count}, members listed are {ids.Count}: {await AuditAsync(id)}");
        }
    }

    /// <summary>The saved segments by id; the same one may have been saved twice when the first answer was lost.</summary>
    public async Task<IReadOnlyList<(Guid Id, ExpectedSegment Segment)>> SegmentsAsync()
    {
        var expected = ExpectedSegment.AtFirst.Concat(ExpectedSegment.Later).ToDictionary(segment => segment.Name);
        return
        [
            .. (await api.GetAsync("/api/segments", cancellationToken)).GetProperty("segments").EnumerateArray()
                .Select(item => (item.GetProperty("id").GetGuid(), expected[item.GetProperty("name").GetString()!])),
        ];
    }

    /// <summary>Sends every call once more: all are duplicates.</summary>
    public async Task RetryAsync()
    {
        foreach (var batch in people.SelectMany(person => person.Calls).Chunk(500))
        {
            Assert.Equal((0, batch.Length, 0), await api.SendAsync(batch.Select(call => call.ToJson()), cancellationToken));
        }
    }

    private async Task<JsonElement> AuditAsync(Guid id) => await api.GetAsync($"/api/segments/{id}/audit", cancellationToken);

    private static string Ids(IEnumerable<string> ids) => string.Join(' ', ids.Order(StringComparer.Ordinal));
}
