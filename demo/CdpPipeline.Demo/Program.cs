using CdpPipeline.Demo;
using CdpPipeline.Demo.Host;

try
{
    if (args is ["--help" or "-h"])
    {
        Console.Out.WriteLine(DemoOptions.Usage);
        return 0;
    }

    using var stopping = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        stopping.Cancel();
    };
    var options = DemoOptions.Read(args);
    using var client = new CdpClient(options.Url, HostKeys.Find(options));
    var report = await new DemoRun(client, Console.Out, TimeProvider.System).RunAsync(options.Path, stopping.Token);
    return report.Agrees ? 0 : 1;
}
catch (DemoException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. Run it again: what is stored already is not stored twice.");
    return 130;
}
