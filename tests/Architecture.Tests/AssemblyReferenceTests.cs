using System.Reflection;
using System.Xml.Linq;

namespace CdpPipeline.Architecture.Tests;

public sealed class AssemblyReferenceTests
{
    private static readonly string[] Orleans = ["Orleans", "Microsoft.Orleans"];
    private static readonly string[] AspNetCore = ["Microsoft.AspNetCore"];
    private static readonly string[] Sql = ["Npgsql", "Microsoft.Data.Sqlite", "SQLitePCLRaw", "System.Data"];
    private static readonly string[] Network = ["System.Net.Http", "System.Net.Sockets"];

    private static readonly ReferenceRule[] Rules =
    [
        new("Domain", [], [.. Network, .. Sql], FrameworkOnly: true),
        new("Grains.Interfaces", ["Domain"], [.. Orleans, .. AspNetCore, .. Sql, .. Network]),
        new("Grains", ["Domain", "Grains.Interfaces"], [.. Orleans, .. AspNetCore, .. Sql, .. Network]),
        new("Storage", ["Domain", "Grains.Interfaces"], [.. Orleans, .. AspNetCore]),
        new("Destinations", ["Domain", "Grains.Interfaces"], [.. Orleans, .. AspNetCore, .. Sql]),
        new("Api", ["Domain", "Grains.Interfaces", "Grains", "Storage", "Destinations"], Orleans),
    ];

    public static TheoryData<string> Projects() => [.. Rules.Select(rule => rule.Project)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_lies_beneath_it(string project)
    {
        var rule = Rules.Single(rule => rule.Project == project);
        var references = Assembly.Load(rule.AssemblyName).GetReferencedAssemblies().Select(name => name.Name!);

        Assert.Empty(rule.Breaches(references));
    }

    [Fact]
    public void Every_project_under_src_but_the_silo_has_a_rule()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Except(["Silo"]);

        Assert.Equal(Rules.Select(rule => rule.Project).Order(), projects.Order());
    }

    [Fact]
    public void The_domain_project_names_no_dependency()
    {
        // The compiler drops references that no code uses, so the assembly alone would not show these.
        var project = XDocument.Load(Path.Combine(SourceTree.Root, "src", "Domain", "Domain.csproj"));

        Assert.DoesNotContain(project.Descendants(), element => element.Name.LocalName.EndsWith("Reference", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Domain", "CdpPipeline.Grains.Interfaces")]
    [InlineData("Domain", "Polly.Core")]
    [InlineData("Grains.Interfaces", "CdpPipeline.Grains")]
    [InlineData("Grains", "Npgsql")]
    [InlineData("Grains", "Microsoft.Data.Sqlite")]
    [InlineData("Grains", "Microsoft.AspNetCore.Http.Abstractions")]
    [InlineData("Grains", "Orleans.Core.Abstractions")]
    [InlineData("Storage", "CdpPipeline.Grains")]
    [InlineData("Destinations", "CdpPipeline.Storage")]
    [InlineData("Api", "Orleans.Runtime")]
    [InlineData("Api", "CdpPipeline.Silo")]
    public void A_forbidden_reference_is_found(string project, string reference) =>
        Assert.Equal([reference], Rules.Single(rule => rule.Project == project).Breaches(["System.Runtime", reference]));
}
