namespace CdpPipeline.Api.Tests.OpenApi;

/// <summary>Compares an answer with what its operation says of it.</summary>
internal static class DescribedAnswer
{
    public static Task<IReadOnlyList<string>> FaultsAsync(DescribedOperation operation, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (operation.Answers[status] is not { } node) return Faults($"{status} is not described");
        var contents = DescribedOperation.Followed(node)["content"]?.AsObject();
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (contents is null) return type is null ? Faults() : Faults($"{status} has a body of {type}, and none is described");
        return type is not null && contents.ContainsKey(type) ? Faults() : Faults($"{status} has a body of {type}, which is not described");

        static Task<IReadOnlyList<string>> Faults(params string[] faults) => Task.FromResult<IReadOnlyList<string>>(faults);
    }
}
