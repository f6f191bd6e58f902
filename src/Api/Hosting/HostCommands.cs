using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage;
using CdpPipeline.Storage.Transfer;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Hosting;

/// <summary>What a program of this house is started for: to serve, or for one of the commands <c>export</c>, <c>import</c> (of a store, or of history), <c>compact</c> and <c>health</c>.</summary>
public static class HostCommands
{
    /// <summary>Runs the command that the arguments name, or else <paramref name="serve"/>; the exit code of the process.</summary>
    public static async Task<int> RunAsync(string[] args, Func<string[], Task> serve)
    {
        try
        {
            if (HealthCommand.Read(args) is { } address) return await HealthCommand.IsReadyAsync(address, CancellationToken.None) ? 0 : 1;
            if (ImportCommand.Read(args) is { } history) return await history.RunAsync(Console.Error, CancellationToken.None);
            if (CompactCommand.Read(args) is { } settings) await CompactCommand.RunAsync(settings, Console.Out, CancellationToken.None);
            else if (TransferCommand.Read(args) is { } transfer) await transfer.RunAsync(Console.Out, CancellationToken.None);
            else await serve(args);
            return 0;
        }
        catch (Exception exception) when (exception is SettingException or StorageOptionsException or OptionsValidationException or NewerStoreException or StoreUnavailableException or TransferException
            || exception is IOException { InnerException: AddressInUseException })
        {
            // What an operator can mend is one sentence, not a stack trace.
            await Console.Error.WriteLineAsync($"CdpPipeline can't start: {exception.Message}{(exception.InnerException is { } cause ? $" ({cause.Message})" : "")}");
            return 1;
        }
    }
}
