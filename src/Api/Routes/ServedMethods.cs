namespace CdpPipeline.Api.Routes;

/// <summary>Says of an endpoint which methods it answers: routing does not know, since every path answers a wrong method itself.</summary>
internal sealed record ServedMethods(IReadOnlyList<string> Methods);

/// <summary>Notes them, for whoever compares the routes with their description.</summary>
internal static class ServedMethodsExtensions
{
    public static IEndpointConventionBuilder Serving(this IEndpointConventionBuilder endpoint, params string[] methods) => endpoint.WithMetadata(new ServedMethods(methods));
}
