using CdpPipeline.Api.Hosting;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage;
using CdpPipeline.Storage.Transfer;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

try
{
    if (TransferCommand.Read(args) is { } transfer)
    {
        await transfer.RunAsync(Console.Out, CancellationToken.None);
        return 0;
    }

    var app = await CdpHost.CreateAsync(args);
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (exception is SettingException or StorageOptionsException or OptionsValidationException or StoreUnavailableException or TransferException
    || exception is IOException { InnerException: AddressInUseException })
{
    // What an operator can mend is one sentence, not a stack trace.
    await Console.Error.WriteLineAsync($"CdpPipeline can't start: {exception.Message}{(exception.InnerException is { } cause ? $" ({cause.Message})" : "")}");
    return 1;
}
