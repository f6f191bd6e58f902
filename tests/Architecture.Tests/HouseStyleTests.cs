namespace CdpPipeline.Architecture.Tests;

public sealed class HouseStyleTests
{
    [Fact]
    public void The_source_tree_keeps_the_house_style()
    {
        var files = SourceTree.CSharpFiles().ToList();

        Assert.Contains(files, file => file.Path == "tests/Architecture.Tests/HouseStyleTests.cs");

        var offences = files.SelectMany(HouseStyle.Offences).ToList();
        Assert.True(offences.Count == 0, string.Join('\n', offences));
    }

    [Theory]
    [InlineData("src/Domain/ProfileManager.cs", "")]
    [InlineData("src/Domain/Common/Profile.cs", "")]
    [InlineData("src/Domain/Profile.cs", "public sealed class ProfileHelper;")]
    [InlineData("src/Domain/Profile.cs", "internal readonly record struct ProfileDto(int Id);")]
    [InlineData("src/Domain/Profile.cs", "    private abstract class GrainBase<T>")]
    [InlineData("tests/Domain.Tests/Profile.cs", "public interface IInfo")]
    [InlineData("src/Domain/Profile.cs", "[Serializable] public enum UserDTO")]
    [InlineData("src/Domain/Profile.cs", "  #region Fields")]
    [InlineData("src/Domain/Profile.cs", "// TODO later")]
    public void An_offence_is_found(string path, string text) =>
        Assert.Single(HouseStyle.Offences(new SourceFile(path, text)));

    [Theory]
    [InlineData("src/Storage/DatabaseSchema.cs", "internal sealed class DatabaseSchema;")]
    [InlineData("src/Api/Information.cs", "/// a class Manager in a sentence")]
    [InlineData("src/Domain/Profile.cs", "var baseline = information; // TODO(#12): drop with the second schema")]
    public void Innocent_text_is_let_pass(string path, string text) =>
        Assert.Empty(HouseStyle.Offences(new SourceFile(path, text)));

    [Theory]
    [InlineData("src/Domain/Profile.cs", HouseStyle.SourceLinesMax, 0)]
    [InlineData("src/Domain/Profile.cs", HouseStyle.SourceLinesMax + 1, 1)]
    [InlineData("tests/Domain.Tests/ProfileTests.cs", HouseStyle.SourceLinesMax + 1, 0)]
    public void A_source_file_has_a_greatest_length(string path, int lines, int offences)
    {
        var text = string.Concat(Enumerable.Repeat(";\n", lines));

        Assert.Equal(offences, HouseStyle.Offences(new SourceFile(path, text)).Count());
    }
}
