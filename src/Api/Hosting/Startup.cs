using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Hosting;

/// <summary>Runs a host as a process does.</summary>
internal static class Startup
{
    /// <summary>Returns the exit code. What an operator can mend is one sentence, not a stack trace.</summary>
    public static async Task<int> RunAsync(string name, Func<Task<WebApplication>> create)
    {
        try
        {
            var app = await create();
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (exception is SettingException or StorageOptionsException or OptionsValidationException or StoreUnavailableException
            || exception is IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync($"{name} can't start: {exception.Message}{(exception.InnerException is { } cause ? $" ({cause.Message})" : "")}");
            return 1;
        }
    }
}
