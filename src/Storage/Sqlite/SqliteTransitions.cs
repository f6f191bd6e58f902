using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Transitions in a SQLite file.</summary>
internal sealed class SqliteTransitions(SqliteReaders readers, SqliteWriter writer) : IMembershipTransitions
{
    private const string SelectSql =
        """
        select t.writer, t."commit", t.ordinal, t.segment, coalesce(i.id, e.id), t.entered, t.at, t.since, t.cause from membership_transition t
        left join identity i on i.key = t.identity left join erased_identity e on e.key = t.identity and t.cause = 6
        """;

    private const string SurplusSql =
        """
        select at, writer, "commit", ordinal from membership_transition where segment = ?1
        order by at desc, writer desc, "commit" desc, ordinal desc limit 1 offset ?2
        """;

    private const string PruneSql =
        """
        delete from membership_transition where (writer, "commit", ordinal) in (
            select writer, "commit", ordinal from membership_transition
            where segment = ?1 and (at < ?2 or (at, writer, "commit", ordinal) <= (?3, ?4, ?5, ?6)) order by at, writer, "commit", ordinal limit ?7)
        """;

    // Who is at 0 is a switch that is being prepared, or has told nothing yet.
    private const string UntoldSql = "(select writer from writer_position where position = 0)";

    // A segment waits while its switch is being written.
    private const string NextSegmentSql =
        """
        select segment from membership_transition t
        where segment > ? and not exists (select 1 from membership_set s where s.segment = t.segment and s.state = 0 and s.told_by is not null) order by segment limit 1
        """;

    // The highest number stays: the next writer takes the one after it, and none may come twice.
    private const string PositionsSql =
        """
        delete from writer_position where at < ? and writer < (select max(writer) from writer_position)
            and not exists (select 1 from membership_transition t where t.writer = writer_position.writer)
            and not exists (select 1 from membership_set s where s.told_by = writer_position.writer)
        """;

    public async Task<IReadOnlyList<MembershipTransition>> ReadAsync(IReadOnlyCollection<TransitionPlace> after, int limit, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<MembershipTransition>>(
            open =>
            {
                var seen = after.ToDictionary(place => place.Writer);
                var transitions = new List<MembershipTransition>();
                foreach (var number in Writers(open))
                {
                    if (transitions.Count >= limit) break;
                    var place = seen.GetValueOrDefault(number);
                    var read = open.Prepare($"""{SelectSql} where t.writer = ? and (t."commit", t.ordinal) > (?, ?) and (i.id is not null or e.id is not null) order by t."commit", t.ordinal limit ?""");
                    read.Bind(0, number);
                    read.Bind(1, place.Commit);
                    read.Bind(2, place.Ordinal);
                    read.Bind(3, limit - transitions.Count);
                    while (read.Step()) transitions.Add(Read(read));
                }

                return transitions;
            },
            cancellationToken);

    public async Task<IReadOnlyList<MembershipTransition>> RecentAsync(SegmentId segment, RecentPlace? before, int limit, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<MembershipTransition>>(
            open =>
            {
                var read = open.Prepare(
                    $"""
                    {SelectSql} where (i.id is not null or e.id is not null) and t.segment = ?1 and t.at <= ?2 and (t.at, t.writer, t."commit", t.ordinal) < (?2, ?3, ?4, ?5)
                    and t.writer not in {UntoldSql}
                    order by t.at desc, t.writer desc, t."commit" desc, t.ordinal desc limit ?6
                    """);
                var place = before?.Place ?? new TransitionPlace(int.MaxValue, long.MaxValue, long.MaxValue);
                read.Bind(0, segment.Value);
                read.Bind(1, before?.At.ToMicros() ?? long.MaxValue);
                read.Bind(2, place.Writer);
                read.Bind(3, place.Commit);
                read.Bind(4, place.Ordinal);
                read.Bind(5, limit);
                var transitions = new List<MembershipTransition>();
                while (read.Step()) transitions.Add(Read(read));
                return transitions;
            },
            cancellationToken);

    public async Task<IReadOnlyList<MembershipTransition>> OfAsync(
        IReadOnlyCollection<IdentityId> identities, TransitionPlace after, int limit, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<MembershipTransition>>(
            open =>
            {
                var read = open.Prepare(
                    $"""
                    {SelectSql} where lower(hex(i.id)) in (select value from json_each(?1)) and (t.writer, t."commit", t.ordinal) > (?2, ?3, ?4) and t.writer not in {UntoldSql}
                    order by t.writer, t."commit", t.ordinal limit ?5
                    """);
                read.Bind(0, $"[{string.Join(',', identities.Select(id => $"\"{id.Value:N}\""))}]");
                read.Bind(1, after.Writer);
                read.Bind(2, after.Commit);
                read.Bind(3, after.Ordinal);
                read.Bind(4, limit);
                var transitions = new List<MembershipTransition>();
                while (read.Step()) transitions.Add(Read(read));
                return transitions;
            },
            cancellationToken);

    public async Task<DateTimeOffset?> NewestAsync(CancellationToken cancellationToken) => await readers.ReadAsync<DateTimeOffset?>(
        open =>
        {
            var read = open.Prepare("select max(max(at, since)) from membership_transition");
            read.Step();
            DateTimeOffset? newest = read.IsNull(0) ? null : Instants.FromMicros(read.Long(0));
            read.Reset();
            return newest;
        },
        cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset olderThan, int perSegmentMax, int rowsMax, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var removed = 0;
            for (var segment = NextSegment(open, Guid.Empty); segment is { } each && removed < rowsMax; segment = NextSegment(open, each))
                removed += Prune(open, each, olderThan, perSegmentMax, rowsMax - removed);
            if (removed > 0) return removed;
            var positions = open.Prepare(PositionsSql);
            positions.Bind(0, olderThan.ToMicros());
            positions.Execute();
            return 0;
        });
    }

    private static List<int> Writers(SqliteConnection open)
    {
        var read = open.Prepare("select writer from writer_position where position > 0 order by writer");
        var writers = new List<int>();
        while (read.Step()) writers.Add(read.Int(0));
        return writers;
    }

    private static Guid? NextSegment(SqliteConnection open, Guid after)
    {
        var read = open.Prepare(NextSegmentSql);
        read.Bind(0, after);
        if (!read.Step()) return null;
        var next = read.Guid(0);
        read.Reset();
        return next;
    }

    private static int Prune(SqliteConnection open, Guid segment, DateTimeOffset olderThan, int perSegmentMax, int rowsMax)
    {
        var surplus = open.Prepare(SurplusSql);
        surplus.Bind(0, segment);
        surplus.Bind(1, perSegmentMax);
        var (at, number, commit, ordinal) = (long.MinValue, 0L, 0L, 0L);
        while (surplus.Step()) (at, number, commit, ordinal) = (surplus.Long(0), surplus.Long(1), surplus.Long(2), surplus.Long(3));
        var prune = open.Prepare(PruneSql);
        prune.Bind(0, segment);
        prune.Bind(1, olderThan.ToMicros());
        prune.Bind(2, at);
        prune.Bind(3, number);
        prune.Bind(4, commit);
        prune.Bind(5, ordinal);
        prune.Bind(6, rowsMax);
        return prune.Execute();
    }

    private static MembershipTransition Read(SqliteStatement read) => new(
        new TransitionPlace(read.Int(0), read.Long(1), read.Long(2)),
        new SegmentId(read.Guid(3)),
        new IdentityId(read.Guid(4)),
        read.Int(5) != 0,
        Instants.FromMicros(read.Long(6)),
        Instants.FromMicros(read.Long(7)),
        (MembershipCause)read.Int(8));
}
