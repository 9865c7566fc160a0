"""Tools that every room uses: lists, forms, figures, imports' readers. No models; knows only Django and Python."""
