using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Tests.Output;

public sealed class TablesTests
{
    [Theory]
    [InlineData(0, "0 epochs")]
    [InlineData(1, "1 epoch")]
    [InlineData(2500, "2,500 epochs")]
    public void One_thing_is_singular(long count, string text) => Assert.Equal(text, Tables.Count(count, "epoch"));

    [Theory]
    [InlineData("Amélie – 2001\n", "Amélie – 2001\n")]
    [InlineData("a\u001b]0;b\u0007", "a\\x1B]0;b\\x07")]
    [InlineData("\u009b2J", "\\x9B2J")]
    public void Control_characters_are_written_out_and_all_else_stays(string text, string printable) =>
        Assert.Equal(printable, Printable.Of(text));

    [Fact]
    public void A_figure_that_was_not_measured_is_a_dash() => Assert.Equal("–", Tables.Figure(double.NaN));
}
