using CdpPipeline.Api.Local;
using CdpPipeline.Api.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Api.Hosting;

/// <summary><c>compact</c> rewrites the configured store's files, so that they hold no remains of what was removed. Settings are those of the server.</summary>
internal static class CompactCommand
{
    /// <summary>The settings, or null when the program is started for something else.</summary>
    public static string[]? Read(string[] args) => args is ["compact", .. var settings] ? settings : null;

    public static async Task RunAsync(string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        var configuration = WebApplication.CreateSlimBuilder(settings).Configuration;
        await using var unheard = new LocalMembershipStream(new ChangedSegments(), NullLogger<LocalMembershipStream>.Instance);
        var store = await OpenStore.OpenAsync(configuration, unheard, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        await using var lifetime = store.Lifetime;
        await store.Erasures.CompactAsync(cancellationToken);
        await output.WriteLineAsync("Compacted.");
    }
}
