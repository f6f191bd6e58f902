using System.Text.Json;
using CdpPipeline.Api.Http;

namespace CdpPipeline.Architecture.Tests;

/// <summary>What would break without a word where the program is deployed: by a file that says something else than the program does.</summary>
public sealed class DeployFilesTests
{
    private static readonly DeployFile Image = DeployFile.Read("Dockerfile");
    private static readonly DeployFile Compose = DeployFile.Read("docker-compose.yml");
    private static readonly DeployFile Balancer = DeployFile.Read("deploy/compose/haproxy.cfg");
    private static readonly DeployFile Deployment = DeployFile.Read("deploy/kubernetes/deployment.yaml");
    private static readonly DeployFile Network = DeployFile.Read("deploy/kubernetes/network-policy.yaml");

    // What the store and the snapshots may take after the last call.
    private static readonly TimeSpan AfterCalls = TimeSpan.FromSeconds(15);

    private static string HttpPort => Assert.Single(Image.All(@"ASPNETCORE_URLS=http://0\.0\.0\.0:(\d+)"));

    private static string NodesPort => Assert.Single(DeployFile.Read("src/Silo/Nodes/ClusterSettings.cs").All(@"int Port \{ get; set; \} = ([\d_]+);")).Replace("_", "", StringComparison.Ordinal);

    [Fact]
    public void Whoever_stops_a_node_waits_longer_than_the_node_waits_for_its_calls()
    {
        var needed = new HttpOptions().StopWithin + AfterCalls;
        var paused = Deployment.Block("preStop").Block("sleep").All(@"seconds: (\d+)").Select(int.Parse).Sum();

        Assert.All(Compose.Blocks("stop_grace_period"), grace => Assert.True(grace.Duration() >= needed, grace.Name));
        Assert.Contains("stop_grace_period", Compose.Block("x-node").Text, StringComparison.Ordinal);
        Assert.True(Deployment.Block("terminationGracePeriodSeconds").Duration() >= needed + TimeSpan.FromSeconds(paused));
    }

    [Fact]
    public void A_node_that_starts_has_a_quarter_of_an_hour_to_migrate()
    {
        var patience = TimeSpan.FromMinutes(15);
        var probe = Deployment.Block("startupProbe");

        Assert.True(probe.Block("periodSeconds").Duration() * probe.Block("failureThreshold").Number() >= patience);
        Assert.True(Deployment.Block("progressDeadlineSeconds").Duration() > patience);
        Assert.True(Compose.Block("x-node").Block("healthcheck").Block("start_period").Duration() >= patience);
    }

    [Fact]
    public void Every_address_that_is_probed_is_served()
    {
        var served = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src/Api"), "*.openapi.json", SearchOption.AllDirectories)
            .SelectMany(Paths)
            .ToHashSet();
        var probed = new List<string>(Deployment.All(@"httpGet: \{ path: ([^ ,]+)"));
        Assert.Equal(3, probed.Count);
        probed.AddRange(Deployment.All(@"prometheus\.io/path: (\S+)"));
        probed.AddRange(Balancer.All(@"option httpchk GET (\S+)"));
        probed.AddRange(Image.All($@"health"", ""http://127\.0\.0\.1:{HttpPort}(/[^""]*)"));
        probed.AddRange(Compose.All($@"health, ""http://127\.0\.0\.1:{HttpPort}(/[^""]*)"));

        Assert.Equal(7, probed.Count);
        Assert.All(probed, path => Assert.Contains(path, served));
        Assert.Equal(["http", "http", "http"], Deployment.All(@"httpGet: \{ path: [^ ,]+, port: (\w+) \}"));
    }

    [Fact]
    public void Everybody_means_the_ports_that_a_node_listens_on()
    {
        Assert.Equal([HttpPort, NodesPort], Assert.Single(Image.All(@"EXPOSE (.+)")).Split(' '));
        Assert.Equal([HttpPort, NodesPort], Deployment.All(@"containerPort: (\d+)"));
        Assert.Equal(["http", "nodes"], Deployment.Block("ports").All(@"name: (\w+)"));
        Assert.Equal(HttpPort, Assert.Single(Deployment.All(@"prometheus\.io/port: ""(\d+)""")));
        Assert.Equal([HttpPort, NodesPort], Network.All(@"port: (\d+)"));
        Assert.Equal("http", Assert.Single(DeployFile.Read("deploy/kubernetes/service.yaml").All(@"targetPort: (\w+)")));
        Assert.All(Balancer.All(@"server node\d+ node\d+:(\d+)"), port => Assert.Equal(HttpPort, port));
    }

    [Fact]
    public void Compose_looks_after_the_health_of_each_service_and_its_balancer_knows_each_node()
    {
        var services = Compose.Block("services");
        var nodes = services.All(@"\n  (\w+): \*node\b");

        Assert.Equal(3, nodes.Count);
        Assert.Contains("healthcheck:", Compose.Block("x-node").Text, StringComparison.Ordinal);
        Assert.All(services.Keys().Except(nodes), name => Assert.Contains("healthcheck:", services.Blocks(name).First().Text, StringComparison.Ordinal));
        Assert.Equal(nodes, Balancer.All(@"\n    server (\w+) "));
        Assert.Equal(Assert.Single(Balancer.All(@"bind 127\.0\.0\.1:(\d+)")), Assert.Single(services.Block("balancer").All(@"http://127\.0\.0\.1:(\d+)/")));
        Assert.Equal(Assert.Single(Balancer.All(@"bind :(\d+)")), Assert.Single(services.Block("balancer").All(@"\}:(\d+)""")));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void What_the_balancer_answers_by_itself_is_a_problem_that_says_when_to_come_again(int status)
    {
        var body = Assert.Single(Balancer.All($@"http-error status {status} content-type application/problem\+json string '(\{{.*\}})' hdr Retry-After \d+"));
        using var problem = JsonDocument.Parse(body);

        Assert.StartsWith("urn:cdp:error:", problem.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Contains("messageId", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_asks_for_the_health_is_the_program_that_the_image_starts()
    {
        var program = Assert.Single(Image.All(@"ENTRYPOINT \[""dotnet"", ""([\w.]+)""\]"));

        Assert.Equal(program, Assert.Single(Image.All(@"CMD \[""dotnet"", ""([\w.]+)"", ""health""")));
        Assert.Equal(program, Assert.Single(Compose.All(@"test: \[CMD, dotnet, ([\w.]+), health")));
    }

    private static IEnumerable<string> Paths(string file)
    {
        using var description = JsonDocument.Parse(File.ReadAllText(file));
        return description.RootElement.TryGetProperty("paths", out var paths) ? [.. paths.EnumerateObject().Select(path => path.Name)] : [];
    }
}
