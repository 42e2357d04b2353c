"""Going closer to a drawing, moving over it, and keeping in sight what matters."""

from __future__ import annotations

from dataclasses import replace

from bpdebug.drawing.block_places import BlockLayout, UnitPlace
from bpdebug.drawing.canvas import Canvas
from bpdebug.drawing.places import Area, Layout, NodePlace
from bpdebug.drawing.raster import Raster
from bpdebug.drawing.scene import Scene
from bpdebug.drawing.window import CLOSEST, WHOLE, Window, showing, within


class Camera:
    """Draws the part of scenes that its window shows.

    From as far away as one can get the drawing fits the pane. The last row of the pane is
    the caption's, whatever the window shows above it.
    """

    def __init__(self, raster: Raster) -> None:
        self.raster = raster
        self.window = WHOLE

    def draw(
        self, scene: Scene, width: int, height: int, follow: bool, keep: bool = False
    ) -> Canvas:
        """The canvas of a scene; with `follow` what it is about is brought into sight.

        With `keep` everything stays where it is, as for what was pointed at.
        """
        self.raster.prepare(scene, width, height, self.window.level, keep)
        layout = self.raster.layout
        if self.window.level and layout is None:
            # The pane has become too small for anything.
            self.window = WHOLE
        elif self.window.level and layout is not None:
            if follow:
                for part in reversed(_about(scene, layout)):
                    self.window = showing(self.window, part, width, height - 1)
            self.window = within(self.window, layout.bounds, width, height - 1)
        return self.raster.draw(scene, width, height, self.window)

    def pan(self, scene: Scene, width: int, height: int, right: int, down: int) -> bool:
        """Move the window over the drawing; returns whether there was anything to move over.

        From what leaves something out it goes closer, to where there is something. How far it
        can go is seen when it draws next.
        """
        if not self.window.level and (self.whole or not self.zoom(scene, width, height, 1)):
            return False
        self.window = replace(
            self.window, left=self.window.left + right, top=self.window.top + down
        )
        return True

    def zoom(
        self, scene: Scene, width: int, height: int, closer: int, at: tuple[int, int] | None = None
    ) -> bool:
        """Go closer, or further away for −1; returns whether that shows anything else.

        The unit nearest to the cell `at` of the pane stays where it is; without one, that which
        the scene is about.
        """
        level = self.window.level + closer
        self.raster.prepare(scene, width, height, self.window.level)
        layout = self.raster.layout
        if layout is None or not 0 <= level <= CLOSEST or (closer > 0 and self.raster.told):
            return False
        kept = self._kept(scene, layout, width, height, at)
        x, y = kept.box.middle[0] - self.window.left, kept.box.middle[1] - self.window.top
        self.raster.prepare(scene, width, height, level)
        layout = self.raster.layout
        if layout is None:
            return False
        self.window = Window(level)
        if level and kept.node in layout.places:
            to_x, to_y = layout.places[kept.node].box.middle
            self.window = Window(level, to_x - x, to_y - y)
        return True

    @property
    def whole(self) -> bool:
        """Whether the drawing fits the pane and leaves nothing out."""
        layout = self.raster.layout
        return not self.window.level and layout is not None and layout.complete

    def _kept(
        self,
        scene: Scene,
        layout: Layout | BlockLayout,
        width: int,
        height: int,
        at: tuple[int, int] | None,
    ) -> NodePlace | UnitPlace:
        """The unit that stays where it is when one goes closer."""
        if at is None:
            for node in scene.wanted:
                place = layout.places.get(node)
                if place is not None and self._sees(place.box, width, height):
                    return place
            at = width // 2, height // 2
        return layout.nearest(at[0] + self.window.left, at[1] + self.window.top)

    def _sees(self, box: Area, width: int, height: int) -> bool:
        x, y = box.middle[0] - self.window.left, box.middle[1] - self.window.top
        return 0 <= x < width and 0 <= y < height


def _about(scene: Scene, layout: Layout | BlockLayout) -> list[Area]:
    """The parts of a drawing that a scene is about, the most important first."""
    found = [layout.places[node].box for node in scene.wanted if node in layout.places]
    biases = scene.selected.biases | scene.active.biases
    return found[:2] or [tag.box for tag in layout.tags if tag.slot in biases][:1]
