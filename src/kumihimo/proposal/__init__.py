"""The main job: from an inquiry to teams of firms with reasons, prices and dated plans. Here the engines meet."""
