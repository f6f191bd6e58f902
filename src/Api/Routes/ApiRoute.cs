using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Routes;

/// <summary>What one method of a path does, and the least that a key must allow for it.</summary>
internal sealed record ApiRoute(string Method, ApiAccess Access, RequestDelegate Call)
{
    public static ApiRoute Get(ApiAccess access, RequestDelegate call) => new(HttpMethods.Get, access, call);

    public static ApiRoute Post(ApiAccess access, RequestDelegate call) => new(HttpMethods.Post, access, call);

    public static ApiRoute Put(ApiAccess access, RequestDelegate call) => new(HttpMethods.Put, access, call);

    public static ApiRoute Delete(ApiAccess access, RequestDelegate call) => new(HttpMethods.Delete, access, call);

    /// <summary>HEAD is a GET whose body the server drops.</summary>
    public bool Takes(string method) =>
        HttpMethods.Equals(method, Method) || (HttpMethods.IsHead(method) && HttpMethods.IsGet(Method));
}
