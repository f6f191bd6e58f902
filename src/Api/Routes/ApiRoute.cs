using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Routes;

/// <summary>What one method of a path does, and the least that a key must allow for it; null: it asks for none.</summary>
internal sealed record ApiRoute(string Method, ApiAccess? Access, RequestDelegate Call)
{
    /// <summary>What the audit log calls it; null for what is only looked at.</summary>
    public string? Action { get; private init; }

    /// <summary>Which requests are acts; null: all.</summary>
    public Func<HttpRequest, bool>? IsAct { get; private init; }

    public static ApiRoute Get(ApiAccess access, RequestDelegate call) => new(HttpMethods.Get, access, call);

    public static ApiRoute Post(ApiAccess access, RequestDelegate call) => new(HttpMethods.Post, access, call);

    public static ApiRoute Put(ApiAccess access, RequestDelegate call) => new(HttpMethods.Put, access, call);

    public static ApiRoute Delete(ApiAccess access, RequestDelegate call) => new(HttpMethods.Delete, access, call);

    public static ApiRoute WithoutKey(string method, RequestDelegate call) => new(method, null, call);

    /// <summary>The same as an act, which is written down under that name.</summary>
    public ApiRoute As(string action, Func<HttpRequest, bool>? isAct = null) => this with { Action = action, IsAct = isAct };

    /// <summary>HEAD is a GET whose body the server drops.</summary>
    public bool Takes(string method) =>
        HttpMethods.Equals(method, Method) || (HttpMethods.IsHead(method) && HttpMethods.IsGet(Method));
}
