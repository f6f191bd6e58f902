using System.Text;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Privacy;

public sealed class SqlitePrivacyTests : PrivacyContract, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-privacy-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    internal override Task<ApiHost> StartAsync() => ApiHost.StartInAsync(directory, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey));

    internal override async Task<ApiHost> RestartAsync(ApiHost host)
    {
        await host.DisposeAsync();
        return await StartAsync();
    }

    internal override async Task<IReadOnlyList<string>> LeftAsync(ApiHost host, string text)
    {
        await host.Services.GetRequiredService<IErasures>().CompactAsync(TestContext.Current.CancellationToken);
        var left = new List<string>();
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0) left.Add(Path.GetFileName(file));
        }

        return left;
    }
}
