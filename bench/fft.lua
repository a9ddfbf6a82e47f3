-- group: numeric
-- about: fast Fourier transform forth and back, in place, radix two
-- stresses: float arrays indexed with computed strides, sin and cos, swaps
-- quick: 1
local scale = tonumber((...)) or 230

local SIZE = 8192

local function bitReverse(re, im, n)
  local j = 1
  for i = 1, n - 1 do
    if i < j then
      re[i], re[j] = re[j], re[i]
      im[i], im[j] = im[j], im[i]
    end
    local half = n / 2
    while half < j do
      j = j - half
      half = half / 2
    end
    j = j + half
  end
end

local function transform(re, im, n, direction)
  bitReverse(re, im, n)
  local span = 1
  while span < n do
    local angle = direction * math.pi / span
    local stepRe, stepIm = math.cos(angle), math.sin(angle)
    local wRe, wIm = 1.0, 0.0
    for offset = 1, span do
      for top = offset, n, span * 2 do
        local bottom = top + span
        local tr = wRe * re[bottom] - wIm * im[bottom]
        local ti = wRe * im[bottom] + wIm * re[bottom]
        re[bottom] = re[top] - tr
        im[bottom] = im[top] - ti
        re[top] = re[top] + tr
        im[top] = im[top] + ti
      end
      wRe, wIm = wRe * stepRe - wIm * stepIm, wRe * stepIm + wIm * stepRe
    end
    span = span * 2
  end
end

local seed = 7
local re, im, original = {}, {}, {}
for i = 1, SIZE do
  seed = (seed * 1103 + 12345) % 65536
  re[i] = seed / 65536 - 0.5
  im[i] = 0.0
  original[i] = re[i]
end

local spectrum = 0
for _ = 1, scale do
  transform(re, im, SIZE, -1)
  spectrum = spectrum + math.abs(re[17]) + math.abs(im[42])
  transform(re, im, SIZE, 1)
  for i = 1, SIZE do
    re[i] = re[i] / SIZE
    im[i] = im[i] / SIZE
  end
end

local worst = 0
for i = 1, SIZE do
  worst = math.max(worst, math.abs(re[i] - original[i]))
end
print(string.format("fft %.6f %s", spectrum, worst < 1e-9 and "exact" or "inexact"))
