// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.chart;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Lines and points between two axes, as SVG. What is drawn later lies above. Mutable, and not safe for several threads. */
public final class Chart {
    private static final int WIDTH = 800, HEIGHT = 450;
    private static final int LEFT = 60, RIGHT = 20, TOP = 20, BOTTOM = 50;
    private static final int INNER_RIGHT = WIDTH - RIGHT, INNER_BOTTOM = HEIGHT - BOTTOM;
    private static final int LEGEND_ROW = 18;

    private final Axis across;
    private final Axis up;
    private final int legendWidth;
    private final StringBuilder svg = new StringBuilder();
    private int legends;

    /**
     * A place.
     *
     * @param x along the axis across
     * @param y along the axis up
     */
    public record Point(double x, double y) {}

    /**
     * Only axes.
     *
     * @param across from left to right, and what it is
     * @param up from the bottom to the top, and what it is
     * @param legendWidth room at the right for names of lines, in pixels
     */
    public Chart(Axis across, String acrossName, Axis up, String upName, int legendWidth) {
        this.across = across;
        this.up = up;
        this.legendWidth = legendWidth;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        for (double tick : up.ticks()) {
            add("<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>%n", LEFT, y(tick), INNER_RIGHT);
            text(LEFT - 8, y(tick) + 4, "end", Axis.label(tick));
        }
        for (double tick : across.ticks()) {
            add("<path d=\"M%.1f %dv5\" stroke=\"black\"/>%n", x(tick), INNER_BOTTOM);
            text(x(tick), INNER_BOTTOM + LEGEND_ROW, "middle", Axis.label(tick));
        }
        add("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>%n", LEFT, TOP, INNER_BOTTOM, INNER_RIGHT);
        text((LEFT + INNER_RIGHT) / 2.0, HEIGHT - 10, "middle", acrossName);
        add(
                "<text transform=\"translate(15 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                (TOP + INNER_BOTTOM) / 2, escaped(upName));
    }

    /** A line through points. */
    public void line(List<Point> points, String colour, double width) {
        String places = points.stream()
                .map(point -> format("%.1f,%.1f", x(point.x()), y(point.y())))
                .collect(Collectors.joining(" "));
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>%n", places, colour, width);
    }

    /** A disc, with what a pointer over it shows. */
    public void disc(Point point, double radius, String colour, String title) {
        add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"><title>%s</title></circle>%n",
                x(point.x()), y(point.y()), radius, colour, escaped(title));
    }

    /** An upright bar between two values with ends to it, and a ring where the value itself is. */
    public void interval(Point point, double low, double high, String colour, String title) {
        double x = x(point.x());
        add(
                "<path d=\"M%.1f %.1fh8m-4 0V%.1fm-4 0h8\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"><title>%s</title></path>%n",
                x - 4, y(low), y(high), colour, escaped(title));
        add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"white\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
                x, y(point.y()), colour);
    }

    /** Names a colour, at the upper right, below those named before. */
    public void legend(String colour, String name) {
        int y = TOP + 12 + LEGEND_ROW * legends++;
        int x = INNER_RIGHT - legendWidth;
        add("<path d=\"M%d %dh24\" stroke=\"%s\" stroke-width=\"2\"/>%n", x, y, colour);
        text(x + 30, y + 4, "start", name);
    }

    /** All of it. */
    public String svg() {
        return svg + "</svg>\n";
    }

    private void text(double x, double y, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text));
    }

    private double x(double value) {
        return LEFT + across.share(value) * (INNER_RIGHT - LEFT);
    }

    private double y(double value) {
        return INNER_BOTTOM - up.share(value) * (INNER_BOTTOM - TOP);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... values) {
        svg.append(format(format, values));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
