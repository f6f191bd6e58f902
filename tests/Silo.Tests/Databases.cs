using System.Collections.Concurrent;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests;

/// <summary>Databases of the shared test server by names that tests give them.</summary>
internal static class Databases
{
    private static readonly ConcurrentDictionary<string, Task<string>> Made = new(StringComparer.Ordinal);

    /// <summary>The connection string; the first who asks for a name makes the database.</summary>
    public static Task<string> ByNameAsync(string name) => Made.GetOrAdd(name, static async _ => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
}
