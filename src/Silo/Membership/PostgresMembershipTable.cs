using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;

namespace CdpPipeline.Silo.Membership;

/// <summary>
/// The cluster's members, in the store's own database and migrated with it. Every change of a member also moves the cluster's version, both in one
/// transaction and only from the versions that the caller read, so of two nodes that change something at once one reads again.
/// </summary>
internal sealed class PostgresMembershipTable(MembershipDatabase database, IOptions<ClusterOptions> cluster) : IMembershipTable
{
    private readonly string id = cluster.Value.ClusterId;

    public Task InitializeMembershipTable(bool tryInitTableVersion) => database.ChangeAsync(async connection =>
    {
        await ExecuteAsync(connection, "insert into cluster (id, version) values ($1, 0) on conflict do nothing", id);
        return true;
    });

    public Task DeleteMembershipTableEntries(string clusterId) => database.ChangeAsync(async connection =>
    {
        await ExecuteAsync(connection, "delete from cluster_member where cluster = $1", clusterId);
        await ExecuteAsync(connection, "delete from cluster where id = $1", clusterId);
        return true;
    });

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => database.ChangeAsync(async connection =>
    {
        await ExecuteAsync(
            connection,
            "delete from cluster_member where cluster = $1 and status = $2 and alive_at < $3",
            id,
            (short)SiloStatus.Dead,
            beforeDate.UtcDateTime);
        return true;
    });

    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadAsync("and address = $2", key.ToParsableString());

    public Task<MembershipTableData> ReadAll() => ReadAsync("", null);

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => database.ChangeAsync(async connection =>
        await MoveVersionAsync(connection, tableVersion)
        && await ExecuteAsync(
            connection,
            """
            insert into cluster_member (cluster, address, status, alive_at, version, json) values ($1, $2, $3, $4, 1, $5)
            on conflict do nothing
            """,
            id,
            entry.SiloAddress.ToParsableString(),
            (short)entry.Status,
            Utc(entry.IAmAliveTime),
            MemberDocument.Write(entry)) == 1);

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => database.ChangeAsync(async connection =>
        await MoveVersionAsync(connection, tableVersion)
        && await ExecuteAsync(
            connection,
            "update cluster_member set status = $3, alive_at = $4, json = $5, version = version + 1 where cluster = $1 and address = $2 and version = $6",
            id,
            entry.SiloAddress.ToParsableString(),
            (short)entry.Status,
            Utc(entry.IAmAliveTime),
            MemberDocument.Write(entry),
            long.Parse(etag, CultureInfo.InvariantCulture)) == 1);

    public Task UpdateIAmAlive(MembershipEntry entry) => database.ChangeAsync(async connection =>
    {
        await ExecuteAsync(
            connection,
            "update cluster_member set alive_at = $3 where cluster = $1 and address = $2",
            id,
            entry.SiloAddress.ToParsableString(),
            Utc(entry.IAmAliveTime));
        return true;
    });

    // A row that nobody else has moved on from; the lock on it lasts until the commit.
    private async Task<bool> MoveVersionAsync(NpgsqlConnection connection, TableVersion version) => await ExecuteAsync(
        connection,
        "update cluster set version = $2 where id = $1 and version = $3",
        id,
        version.Version,
        int.Parse(version.VersionEtag, CultureInfo.InvariantCulture)) == 1;

    private Task<MembershipTableData> ReadAsync(string condition, string? address) => database.ReadAsync(async connection =>
    {
        var members = new List<Tuple<MembershipEntry, string>>();
        await using (var command = Command(connection, $"select address, status, alive_at, version, json from cluster_member where cluster = $1 {condition}", id))
        {
            if (address is not null) command.Parameters.Add(new NpgsqlParameter { Value = address });
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                var entry = MemberDocument.Read(rows.GetString(0), (SiloStatus)rows.GetInt16(1), rows.GetDateTime(2), rows.GetString(4));
                members.Add(Tuple.Create(entry, rows.GetInt64(3).ToString(CultureInfo.InvariantCulture)));
            }
        }

        await using var reading = Command(connection, "select version from cluster where id = $1", id);
        var version = await reading.ExecuteScalarAsync() as int? ?? 0;
        return new MembershipTableData(members, new TableVersion(version, version.ToString(CultureInfo.InvariantCulture)));
    });

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
