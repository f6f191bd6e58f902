using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Membership rows in a SQLite file.</summary>
internal sealed class SqliteMembershipIndex(SqliteReaders readers) : IMembershipIndex
{
    public async Task<MembershipCount> CountAsync(SegmentId set, CancellationToken cancellationToken) =>
        await readers.ReadAsync(
            open =>
            {
                var count = open.Prepare("select count(*) from membership where segment = ?");
                count.Bind(0, set.Value);
                count.Step();
                var rows = count.Long(0);
                count.Reset();

                var positions = open.Prepare("select writer, position from writer_position");
                var commits = new Dictionary<int, long>();
                while (positions.Step()) commits.Add(positions.Int(0), positions.Long(1));
                return new MembershipCount(rows, commits);
            },
            cancellationToken);

    public async Task<IReadOnlyList<StoredMember>> ListAsync(SegmentId set, long afterKey, int limit, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<StoredMember>>(
            open =>
            {
                var read = open.Prepare(
                    "select m.identity, i.id, m.since from membership m join identity i on i.key = m.identity where m.segment = ? and m.identity > ? order by m.identity limit ?");
                read.Bind(0, set.Value);
                read.Bind(1, afterKey);
                read.Bind(2, limit);
                var members = new List<StoredMember>();
                while (read.Step()) members.Add(new StoredMember(read.Long(0), new IdentityId(read.Guid(1)), Instants.FromMicros(read.Long(2))));
                return members;
            },
            cancellationToken);
}
