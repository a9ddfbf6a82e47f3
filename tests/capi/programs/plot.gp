# Lines, points, fills, text and colours, each of which the terminal's Lua program draws in its own way.
set terminal tikz size 12cm,8cm color
set output 'plot.tex'
set multiplot layout 2,2 title 'Four plots'
set style fill pattern
plot sin(x) with lines title '$\sin$', cos(x) with points pt 7 title '$\cos$', x / 10 with impulses
set dashtype 1 (5, 3, 1, 3)
plot [0:5] exp(-x) with filledcurves y1=0, x ** 2 / 25 dashtype 1 lw 3
set samples 11
plot [0:10] '+' using 1:(rand(-1) * 0 + $1 ** 1.5) with boxes title 'boxes', '' using 1:1:(sprintf('%g', $1)) with labels
set palette defined (0 'blue', 1 'red')
set pm3d
set isosamples 12
splot x * x - y * y with pm3d
unset multiplot
